// The moments of a drawing: a mirror of the canvas' own history of undo and redo.
//
// The canvas keeps its history to itself but shows three things of it: that a stroke ends, that
// Undo or Redo is pressed, and whether each of the two can be. A moment is therefore told from
// another by its place in the history, never by its ink: a stroke over ink changes no pixel.

import { Channel } from "./channels.js";
import { HEADER, same } from "./drawing.js";

const MOST = 101; // moments; the canvas undoes a hundred strokes

export class Moments extends Channel {
  constructor() {
    super();
    this.row = [{}]; // { drawing, answer } as far as known, before the first stroke and after each
    this.at = 0; // which of them the canvas is at
    this.forgotten = 0; // strokes before the first of them
    this.change = 0; // how often it has changed; a reading of the canvas belongs to one of these
    this.certain = true; // whether what is read now is this moment's, not what undo replaces
  }

  get now() {
    return this.row[this.at];
  }

  // Those with ink.
  get inked() {
    return this.row.filter(({ drawing }) => drawing?.length > HEADER);
  }

  // A stroke has begun on this ink, or on unknown ink.
  begin(drawing) {
    if (drawing && this.certain) this.#see(drawing);
    this.change++;
  }

  // It has ended with this ink.
  stroke(drawing) {
    this.row = [...this.row.slice(0, this.at + 1), { drawing }];
    if (this.row.length > MOST) {
      this.row.shift();
      this.forgotten++;
    }
    this.at = this.row.length - 1;
    this.#changed(true);
  }

  // Undo (-1) or redo (+1) was pressed.
  step(by) {
    const at = this.at + by;
    if (!this.row[at]) return;
    this.at = at;
    this.#changed(false);
  }

  // Whether the canvas can undo and redo, which corrects what was missed.
  sync(undo, redo) {
    const { at, row } = this;
    if (undo === at > 0 && redo === at < row.length - 1) return;
    if (!undo && !redo) {
      // Cleared, or something was laid on it.
      Object.assign(this, { row: [{}], forgotten: 0 });
    } else {
      const before = undo ? (at > 0 ? row.slice(0, at) : [{}]) : [];
      const after = redo ? (row[at + 1] ? row.slice(at + 1) : [{}]) : [];
      this.row = [...before, row[at], ...after];
      if (!undo) this.forgotten = 0;
    }
    this.at = undo ? Math.max(1, at) : 0;
    this.#changed(true);
  }

  // What was read of the canvas since the change of that number, with its answer.
  note(drawing, answer, change) {
    const known = this.now.drawing && same(this.now.drawing, drawing);
    if (!known && !(change === this.change && (this.certain || !this.now.drawing))) return;
    Object.assign(this.now, { drawing, answer });
    this.publish(this);
  }

  // The answer to a drawing that was drawn on before it came.
  fill(moment, answer) {
    moment.answer = answer;
    this.publish(this);
  }

  #see(drawing) {
    if (this.now.drawing && same(this.now.drawing, drawing)) return;
    Object.assign(this.now, { drawing, answer: undefined });
  }

  #changed(certain) {
    this.change++;
    this.certain = certain;
    this.publish(this);
  }
}

// Those of the drawing on the page.
export const moments = new Moments();
