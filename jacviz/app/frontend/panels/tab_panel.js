/** @import { Answer, Pixel, Selected } from "../core/types.js" */
/** @import { Settings } from "../state/settings.js" */

import { create, find } from "../core/elements.js";
import { POINT_AT_PIXEL, nothingDrawn } from "../text/messages.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * What one tab shows.
 *
 * @typedef {object} Panel
 * @property {HTMLElement} root
 * @property {boolean} [needsPixel] Whether it has nothing to show without a pixel.
 * @property {(answer: Answer, selected: Selected) => void} show Called for every exact answer and
 *   pixel while it is seen.
 * @property {() => void} hide Called once it is not seen or the pen is down.
 * @property {() => void} [dispose]
 */

/** @typedef {Panel & { show(answer: Answer, selected: { pixel: Pixel, pinned: boolean }): void }} PixelNeedingPanel */

/** Below the maps: a row of tabs, each a question one can ask, and what it shows. */
export class TabPanel {
  /** @type {Answer | null} */
  #answer = null;
  /** @type {Selected} */
  #selected = { pixel: null, pinned: false };
  #waiting = false;
  #noun = "class";

  /**
   * @param {HTMLElement} foot Where it is.
   * @param {Settings} settings Hold the name of the chosen tab.
   * @param {Record<string, Panel>} panels By the names of tabs. The tab "maps" shows their help,
   *   and the panel "pixel" while a pixel is selected.
   */
  constructor(foot, settings, panels) {
    this.foot = foot;
    this.settings = settings;
    this.panels = panels;
    this.tabs = find(foot, ".jv-tabs", HTMLElement);
    this.panel = find(foot, ".jv-panel", HTMLElement);
    this.help = find(foot, ".jv-help", HTMLElement);
    this.hint = create("p", { className: "jv-hint" });
    this.panel.append(this.hint, ...Object.values(panels).map(({ root }) => root));
    this.tabs.addEventListener("keydown", (event) => this.#key(event));
    this.unsubscribe = settings.subscribe(() => this.#render());
  }

  /**
   * @param {[name: string, title: string][]} tabs What can be asked.
   * @param {string} noun What each label of the model names.
   */
  offer(tabs, noun) {
    this.#noun = noun;
    if (this.tabs.childElementCount) return;
    for (const [name, title] of tabs) {
      const tab = create("button", { type: "button", onclick: () => this.#choose(name) }, title);
      tab.setAttribute("role", "tab");
      tab.dataset.tool = name;
      this.tabs.append(tab);
    }
    this.#render();
  }

  /**
   * @param {Answer | null} answer Exact; null where nothing is drawn.
   * @param {Selected} selected
   */
  show(answer, selected) {
    this.#answer = answer;
    this.#selected = selected;
    this.#waiting = false;
    this.#render();
  }

  /**
   * The pen is down: what is seen stays, and nothing is asked.
   *
   * @param {Selected} selected
   */
  wait({ pixel }) {
    this.#selected = { ...this.#selected, pixel };
    this.#waiting = true;
    this.#render();
  }

  /** Show the same again, perhaps in other colours. */
  refresh() {
    this.#render();
  }

  dispose() {
    this.unsubscribe();
    for (const panel of Object.values(this.panels)) {
      panel.hide();
      panel.dispose?.();
    }
  }

  /** @param {string} tool */
  #choose(tool) {
    this.settings.set({ tool });
  }

  #render() {
    const { panels } = this;
    const tool = this.#markTab();
    const name = tool === "maps" ? "pixel" : tool;
    // Whatever is left may first put the drawing's own answer back.
    for (const [other, panel] of Object.entries(panels)) if (other !== name) panel.hide();
    const answer = this.#answer;
    const { pixel } = this.#selected;
    const waiting = this.#waiting;
    const panel = tool === "maps" && !(answer && pixel) ? null : panels[name];
    const hint = hintFor(panel, answer, pixel, this.#noun);
    const seen = hint ? null : panel;
    this.foot.toggleAttribute("data-waits", Boolean(waiting && seen));
    this.help.hidden = Boolean(panel);
    this.hint.hidden = !hint;
    this.hint.textContent = hint;
    for (const one of Object.values(panels)) {
      one.root.hidden = one !== seen;
      if (one !== seen || waiting) one.hide();
    }
    if (seen && answer && !waiting) seen.show(answer, this.#selected);
  }

  /** @returns {string} The chosen tool. */
  #markTab() {
    const tool = this.settings.value("tool") || "maps";
    for (const tab of this.#allTabs()) {
      const chosen = tab.dataset.tool === tool;
      tab.setAttribute("aria-selected", `${chosen}`);
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) this.panel.setAttribute("aria-label", tab.textContent ?? "");
    }
    return tool;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = STEPS[event.key];
    if (!step) return;
    const tabs = this.#allTabs();
    const at = tabs.findIndex((tab) => tab.tabIndex === 0);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    event.preventDefault();
    next.focus();
    this.#choose(next.dataset.tool ?? "maps");
  }

  #allTabs() {
    return [...this.tabs.querySelectorAll("button")];
  }
}

/**
 * @param {Panel | null} panel
 * @param {Answer | null} answer
 * @param {Pixel | null} pixel
 * @param {string} noun What each label of the model names.
 * @returns {string} What a panel lacks; "" where it lacks nothing.
 */
function hintFor(panel, answer, pixel, noun) {
  if (!panel) return "";
  if (!answer) return nothingDrawn(noun);
  return panel.needsPixel && !pixel ? POINT_AT_PIXEL : "";
}
