// The sheet to draw on, which is st_canvas' own: where it is, what is on it, when it may change.
// Nothing else on the page knows how that component looks inside.

import { encode } from "./drawing.js";

const STYLE = `
  .dc-container { background: #fff; filter: invert(var(--jv-night, 0)); }
  .dc-canvas { outline: none !important; }
  .dc-toolbar { opacity: 1 !important; top: -2.6rem !important; transition: none !important;
                padding: 0 !important; }
  .dc-toolbar-card { box-shadow: none !important; background: none !important; }
  .dc-icon-button { padding: .5rem !important; }
  .dc-icon-button svg { width: 1.15rem !important; height: 1.15rem !important; }
  .dc-icon-button:focus-visible { outline: 2px solid var(--st-primary-color) !important; }
  .dc-icon-button[aria-label="Edit"], .dc-toolbar-separator,
  .dc-icon-button[aria-label="Update the app with this drawing"] { display: none !important; }
`;

export class Sheet {
  // changed(): the ink may have changed. Called often, and once more a while after each gesture.
  // finished(): a stroke has just ended; what can be read now is its final ink.
  constructor({ changed, finished }) {
    Object.assign(this, { changed, finished });
    this.drawing = false;
    this.handingOver = false;
    this.copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const listen = (name, act) => document.addEventListener(name, act, { capture: true });
    listen("pointerdown", (event) => this.#begin(event));
    listen("pointermove", () => this.drawing && this.changed());
    listen("pointerup", () => this.#end());
    listen("pointercancel", () => this.#end());
    for (const name of ["mouseup", "touchend"]) addEventListener(name, () => this.#handedOver());
    listen("keydown", (event) => this.#key(event));
    listen("click", (event) => this.#holds(event) && this.#later());
  }

  // Where the component keeps its canvases; null before it is mounted or once it is changed.
  get inside() {
    if (this.found?.host.isConnected) return this.found;
    const parts = document.querySelectorAll(".st-key-canvas *");
    const host = [...parts].find((part) => part.shadowRoot?.querySelector("canvas.upper-canvas"));
    this.found = host?.shadowRoot ?? null;
    if (this.found) this.#dress(this.found);
    return this.found;
  }

  // The drawing as a message for the server; null where the sheet cannot be read.
  read() {
    if (!this.handingOver) this.last = this.#read();
    return this.last;
  }

  #read() {
    const inside = this.inside;
    const upper = inside?.querySelector("canvas.upper-canvas");
    const lower = upper?.parentElement.querySelector("canvas.lower-canvas");
    const width = Math.round(upper?.offsetWidth ?? 0);
    const height = Math.round(upper?.offsetHeight ?? 0);
    if (!lower || !width || !height) return null;
    const { copy } = this;
    if (copy.canvas.width !== width || copy.canvas.height !== height) {
      Object.assign(copy.canvas, { width, height });
    }
    copy.clearRect(0, 0, width, height);
    copy.drawImage(lower, 0, 0, width, height);
    copy.drawImage(upper, 0, 0, width, height);
    return encode(copy.getImageData(0, 0, width, height).data, height, width);
  }

  #holds(event) {
    return Boolean(this.found && event.composedPath().includes(this.found));
  }

  #begin(event) {
    this.drawing = Boolean(this.inside && this.#holds(event) && event.isPrimary !== false);
    if (this.drawing) this.changed();
  }

  // The component takes a finished stroke from its upper canvas at once and puts it, smoothed,
  // onto its lower one in the next frame; in between the stroke is on neither.
  #end() {
    if (!this.drawing) return;
    this.drawing = false;
    this.handingOver = true;
    this.#later();
  }

  // Comes after the component's own listener, so that its next frame is drawn before it is read.
  #handedOver() {
    if (this.handingOver) requestAnimationFrame(() => this.#finish());
  }

  #finish() {
    if (!this.handingOver) return;
    this.handingOver = false;
    this.finished();
  }

  // The component redraws a finished stroke, an undo or a redo in its own time.
  #later() {
    setTimeout(() => this.#finish(), 60);
    for (const delay of [0, 60, 200]) setTimeout(() => this.changed(), delay);
  }

  #key(event) {
    const typing = event.composedPath()[0]?.closest?.("input, textarea, [contenteditable]");
    const key = event.key.toLowerCase();
    if (typing || !(event.ctrlKey || event.metaKey) || !(key === "z" || key === "y")) return;
    event.preventDefault();
    const label = key === "y" || event.shiftKey ? "Redo" : "Undo";
    this.inside?.querySelector(`button[aria-label="${label}"]:not(:disabled)`)?.click();
    this.#later();
  }

  #dress(inside) {
    const style = document.createElement("style");
    style.textContent = STYLE;
    inside.append(style);
  }
}
