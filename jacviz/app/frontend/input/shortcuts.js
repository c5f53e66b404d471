/** @import { SettingName } from "../core/types.js" */
/** @import { Store } from "../state/store.js" */

import { RESET } from "../canvas/adapter.js";
import { ARROW_STEPS } from "./pointer.js";

/**
 * @typedef {object} Shortcut
 * @property {string[]} keys What they are called in the list.
 * @property {string} title What they do.
 * @property {Record<string, () => void>} [actions] By the key that is pressed, letters in lower
 *   case. Those without are the work of others: see pen.js, pointer.js, keyboard.js.
 */

/**
 * The page's keys. They act on one view.
 *
 * @param {Store} store
 * @returns {Shortcut[]}
 */
export function shortcuts(store) {
  const { page, settings, selection, answers } = store;
  let lastOverlay = "top";

  function toggleOverlay() {
    const overlay = settings.value("overlay");
    if (overlay) lastOverlay = overlay;
    settings.set({ overlay: overlay ? "" : lastOverlay });
  }

  /** @type {(name: SettingName, index: number) => void} */
  function choose(name, index) {
    const option = settings.options(name)[index];
    if (option) settings.set({ [name]: option[0] });
  }

  /** @param {SettingName} name */
  function chooseNext(name) {
    const options = settings.options(name);
    const now = options.findIndex(([value]) => value === settings.value(name));
    choose(name, (now + 1) % options.length);
  }

  // The layer over the maps takes the arrow keys from then on.
  /** @param {[number, number]} step */
  function move(step) {
    const answer = answers.latest;
    if (!answer?.exact || answer.empty) return;
    const layer = page.root.querySelector(".jv-layer");
    if (layer instanceof HTMLElement) layer.focus({ preventScroll: true });
    selection.move(...step, answer);
  }

  return [
    { keys: ["Ctrl Z", "Ctrl Y"], title: "undo, redo a stroke" },
    { keys: ["Delete"], title: "clear the canvas", actions: { delete: () => page.press(RESET) } },
    {
      keys: ["1", "2", "3"],
      title: "maps of probability, log-probability, logit",
      actions: {
        1: () => choose("space", 0),
        2: () => choose("space", 1),
        3: () => choose("space", 2),
      },
    },
    {
      keys: ["S"],
      title: "colour scale: one for all, each its own",
      actions: { s: () => chooseNext("scale") },
    },
    { keys: ["N"], title: "the next network", actions: { n: () => chooseNext("network") } },
    { keys: ["O"], title: "map over the drawing", actions: { o: toggleOverlay } },
    {
      keys: ["\u2190", "\u2191", "\u2193", "\u2192"],
      title: "inspect a pixel, the next one",
      actions: Object.fromEntries(
        Object.entries(ARROW_STEPS).map(([key, step]) => [key.toLowerCase(), () => move(step)]),
      ),
    },
    { keys: ["P"], title: "presentation", actions: { p: () => togglePresentation(store) } },
    { keys: ["?"], title: "these keys" },
    { keys: ["Esc"], title: "let go of a pixel, leave the presentation" },
  ];
}

/** @param {Store} store */
export function togglePresentation({ settings }) {
  settings.set({ present: settings.value("present") === "1" ? "0" : "1" });
}
