/** @import { Answer } from "../core/types.js" */

import { sameDrawing } from "./drawing_codec.js";

/**
 * A drawing after one of its strokes.
 *
 * @typedef {object} HistoryEntry
 * @property {Uint8Array} drawing
 * @property {Answer} answer
 */

/**
 * The strokes of one drawing in a row, one of them on the canvas now.
 *
 * What the canvas' undo and redo can reach is what the row holds: a stroke after an undo takes the
 * place of those that were undone. An entry is told from another by its ink alone.
 */
export class History {
  /** @type {HistoryEntry[]} The first is after the first stroke. */
  entries = [];

  /** How many of them are on the canvas. */
  position = 0;

  /**
   * Note what is on the canvas.
   *
   * @param {Uint8Array} drawing
   * @param {Answer} answer
   * @param {boolean} fresh Whether the canvas has neither undo nor redo.
   */
  note(drawing, answer, fresh) {
    const entry = { drawing, answer };
    if (answer.empty) {
      this.position = 0;
      if (fresh) this.entries = [];
      return;
    }
    const known = this.entries.findIndex((one) => sameDrawing(one.drawing, drawing));
    if (known >= 0) {
      this.entries[known] = entry;
      this.position = known + 1;
    } else {
      this.entries = [...this.entries.slice(0, this.position), entry];
      this.position = this.entries.length;
    }
  }
}
