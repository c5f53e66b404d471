/**
 * The component `drawing_events`: tells Streamlit each finished drawing. It shows nothing.
 */

/** @import { Context } from "./component.js" */

import { toBase64 } from "../core/base64.js";
import { component } from "./component.js";

// Whoever draws on at once has Streamlit's attention once, not twice.
const SETTLE_MS = 300;

class DrawingEvents {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Context} context */
  constructor({ store, setState }) {
    this.unsubscribe = store.drawings.subscribe((drawing) => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => setState("drawing", toBase64(drawing)), SETTLE_MS);
    });
  }

  dispose() {
    this.unsubscribe();
    clearTimeout(this.#timer);
  }
}

export default component((context) => new DrawingEvents(context));
