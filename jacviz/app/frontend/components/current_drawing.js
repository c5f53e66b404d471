/**
 * The component `current_drawing`: hands Streamlit the drawing on the canvas for as long as it is
 * mounted, which is while the menu of files is open. It shows nothing.
 *
 * The menu's buttons are inert unless what they save is on the canvas.
 */

/** @import { Context } from "./component.js" */

import { sameDrawing } from "../canvas/drawing_codec.js";
import { toBase64 } from "../core/base64.js";
import { component } from "./component.js";

/**
 * @typedef {object} CurrentDrawingData
 * @property {number | null} received The number of the drawing that the buttons save.
 */

class CurrentDrawing {
  /** @type {Uint8Array | null} The drawing that was handed over last. */
  #handed = null;
  // Counts the drawings that were handed over.
  #number = 0;
  /** @type {number | null} */
  #received = null;
  #listening = new AbortController();

  /** @param {Context} context */
  constructor({ store, setState }) {
    this.store = store;
    this.setState = setState;
    const options = { capture: true, signal: this.#listening.signal };
    addEventListener("click", (event) => this.#press(event), options);
    this.unsubscribe = store.drawings.subscribe(() => this.#compare());
  }

  /** @param {CurrentDrawingData} data */
  update({ received }) {
    this.#received = received;
    this.#compare();
  }

  dispose() {
    this.unsubscribe();
    this.#listening.abort();
    this.store.page.setFilesInert(false);
  }

  /** Hand over what is on the canvas, unless it was; whether the buttons save it. */
  #compare() {
    const { page, drawings } = this.store;
    // The canvas cannot be read while it is mounted again, with the same drawing.
    const drawing = page.readDrawing() ?? drawings.latest;
    if (drawing && !sameDrawing(drawing, this.#handed)) {
      this.#handed = drawing;
      this.#number += 1;
      this.setState("drawing", { number: this.#number, ink: toBase64(drawing) });
    }
    const saved = this.#received === this.#number;
    page.setFilesInert(!saved);
    return saved;
  }

  /** @param {MouseEvent} event */
  #press(event) {
    if (!this.store.page.isOnFiles(event) || this.#compare()) return;
    event.stopPropagation();
    event.preventDefault();
  }
}

export default component((context) => new CurrentDrawing(context));
