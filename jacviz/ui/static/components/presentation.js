// Presentation: the drawing, the maps and the sentence, large; page.css hides all else.

import { settings } from "../core/settings.js";
import { present } from "./shortcuts.js";
import { SIDE } from "../canvas/adapter.js";

const WIDE = 0.36; // of the window, for the sheet
const BESIDE = 150; // pixels above and below it

export class Presentation {
  constructor(parent) {
    this.leave = document.createElement("button");
    Object.assign(this.leave, { type: "button", className: "jv-leave", textContent: "\u00d7" });
    this.leave.title = "Leave the presentation";
    this.leave.setAttribute("aria-label", this.leave.title);
    this.leave.addEventListener("click", present);
    parent.append(this.leave);
    this.sizing = new AbortController();
    addEventListener("resize", () => this.#size(), { signal: this.sizing.signal });
    this.unwatch = settings.watch(({ present: shown }) => {
      document.documentElement.toggleAttribute("data-jv-present", shown === "1");
      this.#size();
    });
  }

  // The canvas keeps its own pixels; only its looks grow.
  #size() {
    const zoom = Math.min((WIDE * innerWidth) / SIDE, (innerHeight - BESIDE) / SIDE);
    document.documentElement.style.setProperty("--jv-zoom", zoom.toFixed(3));
  }

  stop() {
    this.unwatch();
    this.sizing.abort();
    document.documentElement.removeAttribute("data-jv-present");
  }
}
