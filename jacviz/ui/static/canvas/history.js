// The strokes of one drawing as moments in a row, one of them the sheet's now.
//
// What the canvas' undo and redo can reach is what the row holds: a stroke after an undo takes the
// place of those that were undone. A moment is told from another by its ink alone.

import { same } from "./drawing_codec.js";

export class Moments {
  constructor() {
    this.row = []; // { drawing, answer }, the first after the first stroke
    this.at = 0; // how many of them are on the sheet
  }

  // drawing: what is on the sheet, with its answer. fresh: it has neither undo nor redo.
  note(drawing, answer, fresh) {
    const moment = { drawing, answer };
    if (answer.empty) {
      this.at = 0;
      if (fresh) this.row = [];
      return;
    }
    const known = this.row.findIndex((one) => same(one.drawing, drawing));
    if (known >= 0) {
      this.row[known] = moment;
      this.at = known + 1;
    } else {
      this.row = [...this.row.slice(0, this.at), moment];
      this.at = this.row.length;
    }
  }
}
