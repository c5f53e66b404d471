/** @import { History } from "../state/history.js" */
/** @import { CanvasPage } from "./adapter.js" */

import { isInTextField } from "./adapter.js";

// The component redraws after an undo, a redo or a stroke in its own time; these cover it.
const REDRAW_DELAYS_MS = [0, 60, 200];
/** @type {Record<string, number>} */
const HISTORY_STEPS = { Undo: -1, Redo: 1 };
const MOUSE_UP_TIMEOUT_MS = 60; // after a pointer-up: until none is expected any more

/** The pen on the canvas: whether it is down, and when the ink may have changed. */
export class Pen {
  down = false;

  // Whether what is under way makes a stroke.
  #stroking = false;
  // Whether a finished stroke is on neither of the component's canvases; see the adapter.
  #transferring = false;
  // Whether the last reading is of this very moment.
  #finishing = false;
  // Of `changed` after a gesture.
  #plannedChecks = 0;
  /** @type {Uint8Array<ArrayBuffer> | null} */
  #last = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #mouseUpTimer;
  #listening = new AbortController();

  /**
   * @param {CanvasPage} page
   * @param {History} history Told of strokes, undo and redo.
   * @param {object} events
   * @param {() => void} events.changed The ink may have changed. Called often.
   * @param {() => void} events.finished A stroke has ended; what can be read now is its final ink.
   */
  constructor(page, history, { changed, finished }) {
    this.page = page;
    this.history = history;
    this.changed = changed;
    this.finished = finished;
    const { signal } = this.#listening;
    const capture = { capture: true, signal };
    addEventListener("pointerdown", (event) => this.#begin(event), capture);
    addEventListener("pointermove", () => this.down && this.changed(), capture);
    addEventListener("pointerup", () => this.#end(), capture);
    addEventListener("pointercancel", () => this.#cancel(), capture);
    // The component finishes a stroke on these. Bubbling, this comes after its own listener.
    addEventListener("mouseup", () => this.#awaitTransfer(), { signal });
    addEventListener("touchend", () => this.#awaitTransfer(), { signal });
    addEventListener("keydown", (event) => this.#key(event), capture);
    addEventListener("click", (event) => this.#press(event), capture);
  }

  /**
   * @returns {Uint8Array<ArrayBuffer> | null} The drawing as a message for the server; null where
   *   the canvas cannot be read.
   */
  read() {
    if (this.#transferring || this.#finishing) return this.#last;
    const { page, history } = this;
    if (!this.down) history.synchronise(page.canPress("Undo"), page.canPress("Redo"));
    this.#last = page.readDrawing();
    return this.#last;
  }

  /** Whether a stroke is under way, or its final ink not yet on the canvas. */
  get strokeInProgress() {
    return this.down || this.#transferring;
  }

  /** Whether no gesture is under way, and no look at what it leaves on the canvas planned. */
  get rests() {
    return !this.strokeInProgress && this.#plannedChecks === 0;
  }

  stop() {
    this.#listening.abort();
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    this.down = false;
    if (!this.page.isOnCanvas(event) || event.isPrimary === false) return;
    this.#stroking = event.button === 0 && this.page.toolbarButton(event) === null;
    if (this.#stroking) this.history.beginStroke(this.read());
    this.down = true;
    this.changed();
  }

  #cancel() {
    this.#stroking = false;
    this.#end();
  }

  /** @param {MouseEvent} event */
  #press(event) {
    const label = this.page.toolbarButton(event);
    if (label === null) return;
    if (HISTORY_STEPS[label]) this.history.step(HISTORY_STEPS[label]);
    this.#checkLater();
  }

  #end() {
    if (!this.down) return;
    this.down = false;
    this.#transferring = true;
    this.#mouseUpTimer = setTimeout(() => this.#finish(), MOUSE_UP_TIMEOUT_MS);
    this.#checkLater();
  }

  #awaitTransfer() {
    if (!this.#transferring) return;
    clearTimeout(this.#mouseUpTimer);
    this.page.onStrokeTransferred(() => this.#finish());
  }

  #finish() {
    if (!this.#transferring) return;
    this.#transferring = false;
    if (this.#stroking) {
      this.#last = this.page.readDrawing();
      this.history.endStroke(this.#last);
    }
    this.#finishing = this.#stroking;
    this.#stroking = false;
    this.finished();
    this.#finishing = false;
  }

  #checkLater() {
    this.#plannedChecks += REDRAW_DELAYS_MS.length;
    for (const delay of REDRAW_DELAYS_MS) {
      setTimeout(() => {
        this.#plannedChecks -= 1;
        this.changed();
      }, delay);
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const key = event.key.toLowerCase();
    const undoOrRedo = (event.ctrlKey || event.metaKey) && (key === "z" || key === "y");
    if (!undoOrRedo || isInTextField(event) || !this.page.receives(event)) return;
    event.preventDefault();
    this.page.press(key === "y" || event.shiftKey ? "Redo" : "Undo");
    this.#checkLater();
  }
}
