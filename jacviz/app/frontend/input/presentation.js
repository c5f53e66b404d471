/** @import { Store } from "../state/store.js" */

import { CANVAS_SIDE } from "../canvas/adapter.js";
import { create } from "../core/elements.js";
import { togglePresentation } from "./shortcuts.js";

const CANVAS_SHARE = 0.36; // of the window's width
const MARGIN_PX = 150; // above and below the canvas

/** Presentation: the drawing, the maps and the sentence, large; page.css hides all else. */
export class Presentation {
  #resizing = new AbortController();

  /**
   * @param {HTMLElement} parent
   * @param {Store} store
   */
  constructor(parent, store) {
    const title = "Leave the presentation";
    const leave = create("button", { type: "button", className: "jv-leave", title }, "\u00d7");
    leave.setAttribute("aria-label", title);
    leave.addEventListener("click", () => togglePresentation(store));
    parent.append(leave);
    addEventListener("resize", () => this.#resize(), { signal: this.#resizing.signal });
    this.unsubscribe = store.settings.subscribe(({ present }) => {
      document.documentElement.toggleAttribute("data-jv-present", present === "1");
      this.#resize();
    });
  }

  stop() {
    this.unsubscribe();
    this.#resizing.abort();
    document.documentElement.removeAttribute("data-jv-present");
  }

  // The canvas keeps its own pixels; it is only shown larger.
  #resize() {
    const zoom = Math.min(
      (CANVAS_SHARE * innerWidth) / CANVAS_SIDE,
      (innerHeight - MARGIN_PX) / CANVAS_SIDE,
    );
    document.documentElement.style.setProperty("--jv-zoom", zoom.toFixed(3));
  }
}
