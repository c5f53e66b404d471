/**
 * The component `current_drawing`: hands Streamlit the drawing on the canvas and its view for as
 * long as it is mounted, which is while the menu of files is open. It shows nothing.
 *
 * The menu's buttons are inert unless what they save is on the page.
 */

/** @import { View } from "../core/types.js" */
/** @import { Context } from "../state/component.js" */

import { isOnFiles, setFilesInert } from "../canvas/adapter.js";
import { sameDrawing } from "../canvas/drawing_codec.js";
import { toBase64 } from "../core/base64.js";
import { sameView } from "../state/settings.js";
import { component } from "../state/component.js";

/**
 * @typedef {object} CurrentDrawingData
 * @property {number | null} received The number of the drawing that the buttons save.
 */

class CurrentDrawing {
  /** @type {Uint8Array | null} The drawing that was handed over last. */
  #handed = null;
  /** @type {View | null} As it was handed over with it. */
  #view = null;
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
    this.subscriptions = [
      store.drawings.subscribe(() => this.#compare()),
      store.settings.subscribe(() => this.#compare()),
    ];
  }

  /** @param {CurrentDrawingData} data */
  update({ received }) {
    this.#received = received;
    this.#compare();
  }

  dispose() {
    for (const unsubscribe of this.subscriptions) unsubscribe();
    this.#listening.abort();
    setFilesInert(false);
  }

  /** Hand over what is on the page, unless it was; whether the buttons save it. */
  #compare() {
    const { page, drawings, settings } = this.store;
    // The canvas cannot be read while it is mounted again, with the same drawing.
    const drawing = page.readDrawing() ?? drawings.latest;
    const { view } = settings;
    if (drawing && view && !(sameDrawing(drawing, this.#handed) && sameView(view, this.#view))) {
      this.#handed = drawing;
      this.#view = view;
      this.#number += 1;
      this.setState("drawing", { number: this.#number, ink: toBase64(drawing), view });
    }
    const saved = this.#received === this.#number;
    setFilesInert(!saved);
    return saved;
  }

  /** @param {MouseEvent} event */
  #press(event) {
    if (!isOnFiles(event) || this.#compare()) return;
    event.stopPropagation();
    event.preventDefault();
  }
}

export default component((context) => new CurrentDrawing(context));
