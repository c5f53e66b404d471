/** @import { Answer, Pixel, Selected } from "../core/types.js" */
/** @import { Store } from "../state/store.js" */

import { CanvasTarget } from "../maps/targets.js";
import { PixelPointer } from "./pointer.js";

/**
 * What says more of an answer and of a pixel.
 *
 * @typedef {object} Panels
 * @property {(answer: Answer | null, selected: Selected) => void} show
 * @property {(selected: Selected) => void} wait The pen is down: there are no numbers to read.
 */

/** The inspector: which pixel is selected, marked in every picture and told to the panels. */
export class Inspector {
  /** @type {Answer | null} Exact and of a drawing, or null. */
  #answer = null;
  #waiting = false;

  /**
   * @param {Store} store
   * @param {object} parts
   * @param {HTMLElement} parts.layer What takes the keys.
   * @param {Panels} parts.panels
   * @param {() => boolean} parts.busy Whether the pen is down.
   */
  constructor(store, { layer, panels, busy }) {
    this.store = store;
    this.panels = panels;
    this.canvasTarget = new CanvasTarget(store.page, () => this.#answer);
    store.pixelTargets.add(this.canvasTarget);
    this.pointer = new PixelPointer(store, layer, { answer: () => this.#answer, busy });
    this.subscriptions = [
      store.answers.subscribe((answer) => this.#receive(answer)),
      // What a link told comes before what is selected here, which is nothing yet.
      store.settings.subscribe(({ pixel }) => this.#restore(pixel)),
      store.selection.subscribe(() => this.#select()),
    ];
  }

  dispose() {
    this.pointer.stop();
    for (const unsubscribe of this.subscriptions) unsubscribe();
    this.store.pixelTargets.delete(this.canvasTarget);
    this.canvasTarget.dispose();
  }

  /**
   * While the pen is down the server's answers are pictures only, without numbers to read.
   *
   * @param {Answer} answer
   */
  #receive(answer) {
    const { selection } = this.store;
    const { pixel } = selection.latest;
    // Another model may see fewer pixels.
    if (pixel && (pixel.row >= answer.height || pixel.column >= answer.width)) selection.clear();
    const readable = answer.exact || answer.engine === "browser";
    if (!readable && this.#waiting) return;
    this.#waiting = !readable;
    this.#answer = readable && !answer.empty ? answer : null;
    this.#show();
  }

  #select() {
    const { selection, settings } = this.store;
    const pixel = pixelSetting(selection.latest);
    if (settings.value("pixel") !== pixel) settings.set({ pixel });
    this.#show();
  }

  /** @param {string} setting As `pixelSetting` writes it. */
  #restore(setting) {
    const { selection } = this.store;
    if (setting === pixelSetting(selection.latest)) return;
    const pixel = parsePixelSetting(setting);
    if (pixel) selection.pin(pixel);
    else selection.clear();
  }

  #show() {
    const { selection, pixelTargets } = this.store;
    if (this.#waiting) this.panels.wait(selection.latest);
    else this.panels.show(this.#answer, selection.latest);
    const marked = this.#answer ? selection.latest : { pixel: null, pinned: false };
    for (const target of pixelTargets) target.show(marked);
  }
}

/**
 * The pinned pixel as a link writes it.
 *
 * @param {Selected} selected
 * @returns {string} "" where none is pinned.
 */
export function pixelSetting({ pixel, pinned }) {
  return pinned && pixel ? `${pixel.row}-${pixel.column}` : "";
}

/**
 * @param {string} setting
 * @returns {Pixel | null}
 */
export function parsePixelSetting(setting) {
  if (!setting) return null;
  const [row, column] = setting.split("-").map(Number);
  return { row, column };
}
