/** @import { Answer } from "../core/types.js" */

import { isEmptyDrawing, sameDrawing } from "../canvas/drawing_codec.js";
import { Channel } from "./channel.js";

const MAX_ENTRIES = 101; // the canvas undoes a hundred strokes

/**
 * The drawing before its first stroke or after one of them, as far as known.
 *
 * @typedef {object} HistoryEntry
 * @property {Uint8Array<ArrayBuffer>} [drawing]
 * @property {Answer} [answer]
 */

/**
 * The history of a drawing: a mirror of the canvas' own history of undo and redo.
 *
 * The canvas keeps its history to itself but shows three things of it: that a stroke ends, that
 * Undo or Redo is pressed, and whether each of the two can be. An entry is therefore told from
 * another by its place in the history, never by its ink: a stroke over ink changes no pixel.
 */
export class History {
  /** @type {HistoryEntry[]} Before the first stroke and after each. */
  entries = [{}];

  /** Index of the entry that the canvas is at. */
  position = 0;

  /** Strokes before the first entry, which the canvas cannot undo any more. */
  forgotten = 0;

  /** How often it has moved on; each reading of the canvas belongs to one of these numbers. */
  version = 0;

  /** @type {Channel<History | null>} Told of every change. */
  changes = new Channel(/** @type {History | null} */ (null));

  // Whether what is read now is this entry's, not what undo or redo is about to replace.
  #certain = true;

  get current() {
    return this.entries[this.position];
  }

  /** Those with ink. */
  get inked() {
    return this.entries.filter(({ drawing }) => drawing && !isEmptyDrawing(drawing));
  }

  /**
   * Note that a stroke has begun.
   *
   * @param {Uint8Array<ArrayBuffer> | null} drawing What it begins on, if that could be read.
   */
  beginStroke(drawing) {
    const { current } = this;
    if (drawing && this.#certain && !isOf(current, drawing)) {
      Object.assign(current, { drawing, answer: undefined });
    }
    this.version++;
  }

  /**
   * Note that a stroke has ended.
   *
   * @param {Uint8Array<ArrayBuffer> | null} drawing With its ink, if that could be read.
   */
  endStroke(drawing) {
    const entry = drawing ? { drawing } : {};
    this.entries = [...this.entries.slice(0, this.position + 1), entry];
    if (this.entries.length > MAX_ENTRIES) {
      this.entries.shift();
      this.forgotten++;
    }
    this.position = this.entries.length - 1;
    this.#moved(true);
  }

  /**
   * Note that undo (-1) or redo (+1) was pressed.
   *
   * @param {number} by
   */
  step(by) {
    const position = this.position + by;
    if (!this.entries[position]) return;
    this.position = position;
    this.#moved(false);
  }

  /**
   * Correct what was missed, by what the canvas can do now.
   *
   * @param {boolean} canUndo
   * @param {boolean} canRedo
   */
  synchronise(canUndo, canRedo) {
    const { position, entries } = this;
    const last = entries.length - 1;
    if (canUndo === position > 0 && canRedo === position < last) return;
    if (!canUndo && !canRedo) {
      // Cleared, or something was laid on it.
      this.entries = [{}];
      this.forgotten = 0;
    } else {
      const before = position > 0 ? entries.slice(0, position) : [{}];
      const after = position < last ? entries.slice(position + 1) : [{}];
      this.entries = [...(canUndo ? before : []), entries[position], ...(canRedo ? after : [])];
      if (!canUndo) this.forgotten = 0;
    }
    this.position = canUndo ? Math.max(1, position) : 0;
    this.#moved(true);
  }

  /**
   * Note the answer to what was read of the canvas.
   *
   * @param {Uint8Array<ArrayBuffer>} drawing
   * @param {Answer} answer
   * @param {number} version At which it was read.
   */
  noteAnswer(drawing, answer, version) {
    const { current } = this;
    const read = version === this.version && (this.#certain || !current.drawing);
    if (!read && !isOf(current, drawing)) return;
    Object.assign(current, { drawing, answer });
    this.changes.publish(this);
  }

  /**
   * Note the answer to an entry that was drawn on before it came.
   *
   * @param {HistoryEntry} entry
   * @param {Answer} answer
   */
  fillAnswer(entry, answer) {
    entry.answer = answer;
    this.changes.publish(this);
  }

  /** @param {boolean} certain */
  #moved(certain) {
    this.version++;
    this.#certain = certain;
    this.changes.publish(this);
  }
}

/**
 * @param {HistoryEntry} entry
 * @param {Uint8Array} drawing
 */
function isOf(entry, drawing) {
  return entry.drawing !== undefined && sameDrawing(entry.drawing, drawing);
}
