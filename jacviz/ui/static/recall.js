// Answers to the moments that were drawn on before they were answered: asked for once the pen rests.

import { moments } from "./moments.js";

const AGAIN = 1500; // ms until a question that got lost is put once more

export class Recall {
  constructor(live, pen) {
    Object.assign(this, { live, pen });
    this.unwatch = moments.watch(() => this.look());
  }

  async look() {
    if (this.asking) return;
    this.asking = true;
    let moment;
    while (!this.stopped && !this.pen.down && (moment = this.#missing())) {
      try {
        moments.fill(moment, await this.live.answer(moment.drawing));
      } catch {
        await new Promise((done) => setTimeout(done, AGAIN));
      }
    }
    this.asking = false;
  }

  stop() {
    this.stopped = true;
    this.unwatch();
  }

  // The live loop asks for the one on the sheet, unless its ink looks as before.
  #missing() {
    return moments.inked.find(
      (moment) => !moment.answer && (moment !== moments.now || this.live.shows(moment.drawing)),
    );
  }
}
