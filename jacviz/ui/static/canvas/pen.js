// The pen on the sheet: whether it is down, and when the ink may have changed.

import { Hurry } from "./flush_frames.js";

export class Pen {
  // changed(): the ink may have changed. Called often, and once more a while after each gesture.
  // finished(): a stroke has just ended; what can be read now is its final ink.
  constructor(sheet, { changed, finished }) {
    Object.assign(this, { sheet, changed, finished });
    this.down = false;
    this.handingOver = false;
    this.hurry = new Hurry();
    this.listening = new AbortController();
    this.#listen("pointerdown", (event) => this.#begin(event));
    this.#listen("pointermove", () => this.down && this.changed());
    this.#listen("pointerup", () => this.#end());
    this.#listen("pointercancel", () => this.#end());
    for (const name of ["mouseup", "touchend"]) {
      this.#listen(name, () => this.handingOver && this.hurry.begin());
      this.#listen(name, () => this.#handedOver(), { capture: false });
    }
    this.#listen("keydown", (event) => this.#key(event));
    this.#listen("click", (event) => this.sheet.tools(event) && this.#later());
  }

  // The drawing as a message for the server; null where the sheet cannot be read.
  read() {
    if (!this.handingOver) this.last = this.sheet.read();
    return this.last;
  }

  stop() {
    this.listening.abort();
  }

  #listen(name, act, { capture = true } = {}) {
    addEventListener(name, act, { capture, signal: this.listening.signal });
  }

  #begin(event) {
    this.down = this.sheet.holds(event) && event.isPrimary !== false;
    if (this.down) this.changed();
  }

  // The component takes a finished stroke from its upper canvas at once and puts it, smoothed,
  // onto its lower one in the next frame; in between the stroke is on neither.
  #end() {
    if (!this.down) return;
    this.down = false;
    this.handingOver = true;
    setTimeout(() => this.#finish(), 60);
    this.#later([60, 200]);
  }

  // Comes after the component's own listener.
  #handedOver() {
    if (!this.handingOver) return;
    if (this.hurry.end()) this.#finish();
    else requestAnimationFrame(() => this.#finish());
  }

  #finish() {
    if (!this.handingOver) return;
    this.handingOver = false;
    this.finished();
  }

  // The component redraws a finished stroke, an undo or a redo in its own time.
  #later(delays = [0, 60, 200]) {
    for (const delay of delays) setTimeout(() => this.changed(), delay);
  }

  #key(event) {
    const typing = event.composedPath()[0]?.closest?.("input, textarea, [contenteditable]");
    const key = event.key.toLowerCase();
    if (typing || !(event.ctrlKey || event.metaKey) || !(key === "z" || key === "y")) return;
    event.preventDefault();
    this.sheet.press(key === "y" || event.shiftKey ? "Redo" : "Undo");
    this.#later();
  }
}
