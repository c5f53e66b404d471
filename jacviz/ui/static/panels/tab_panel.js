// The panel below the maps: a row of tabs, each a question one can ask, and what it shows.

import { settings } from "../core/settings.js";
import { NOTHING_DRAWN, POINT } from "../text/sentences.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

export class Panel {
  // foot: where it is. views: by the names of tools, each with a `root`; show(answer, pixel,
  // pinned), while it is seen, for every exact answer and pixel; hide(), once it is not or the pen
  // is down. Those that say `needs` have nothing to show without a pixel.
  // The tool "maps" shows their help, and the view "pixel" while one points at a pixel.
  constructor(foot, views) {
    Object.assign(this, { foot, views });
    [this.tabs, this.panel] = foot.children;
    [this.help] = this.panel.children;
    this.hint = document.createElement("p");
    this.hint.className = "jv-hint";
    this.panel.append(this.hint, ...Object.values(views).map((view) => view.root));
    this.tabs.onkeydown = (event) => this.#key(event);
    this.unwatch = settings.watch(() => this.#render());
  }

  // tools: what each is called, by name.
  offer(tools) {
    if (this.tabs.childElementCount) return;
    for (const [name, label] of Object.entries(tools)) {
      const tab = document.createElement("button");
      Object.assign(tab, { type: "button", textContent: label, onclick: () => this.#choose(name) });
      tab.setAttribute("role", "tab");
      tab.dataset.tool = name;
      this.tabs.append(tab);
    }
    this.#render();
  }

  // The exact answer to the drawing, null to an empty sheet; the pixel that is inspected, or null.
  show(answer, { pixel, pinned }) {
    Object.assign(this, { answer, pixel, pinned, waits: false });
    this.#render();
  }

  // The pen is down: what is seen stays, and nothing is asked.
  wait({ pixel }) {
    Object.assign(this, { pixel, waits: true });
    this.#render();
  }

  // Once more, perhaps in other colours.
  refresh() {
    this.#render();
  }

  #choose(tool) {
    settings.set({ tool });
  }

  #render() {
    const { views } = this;
    const tool = this.#markTab();
    const maps = tool === "maps";
    // Whatever is left may first put the drawing's own answer back.
    for (const [name, view] of Object.entries(views)) if (name !== (maps ? "pixel" : tool)) view.hide();
    const { answer, pixel, waits } = this;
    const view = maps && !(answer && pixel) ? null : views[maps ? "pixel" : tool];
    const lacking = view && !answer ? NOTHING_DRAWN : view?.needs && !pixel ? POINT : "";
    const seen = lacking ? null : view;
    this.foot.toggleAttribute("data-waits", Boolean(waits && seen));
    this.help.hidden = Boolean(view);
    this.hint.hidden = !lacking;
    this.hint.textContent = lacking;
    for (const one of Object.values(views)) {
      one.root.hidden = one !== seen;
      if (one !== seen || waits) one.hide();
    }
    if (seen && !waits) seen.show(answer, pixel, Boolean(this.pinned));
  }

  // The chosen tool.
  #markTab() {
    const tool = settings.latest?.tool ?? "maps";
    for (const tab of this.tabs.children) {
      const chosen = tab.dataset.tool === tool;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) this.panel.setAttribute("aria-label", tab.textContent);
    }
    return tool;
  }

  #key(event) {
    const step = STEPS[event.key];
    if (!step) return;
    const tabs = [...this.tabs.children];
    const at = tabs.findIndex((tab) => tab.tabIndex === 0);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    event.preventDefault();
    next.focus();
    this.#choose(next.dataset.tool);
  }

  dispose() {
    this.unwatch();
    for (const view of Object.values(this.views)) {
      view.hide();
      view.dispose?.();
    }
  }
}
