// The inspector: what the pixel that is pointed at does, below the maps, in place of their help.

import { aim, targets } from "./aim.js";
import { answers } from "./channels.js";
import { Pointing } from "./pointing.js";
import { Readout } from "./readout.js";
import { SheetTarget } from "./targets.js";

export class Inspector {
  // maps: the view of the maps, which lends its foot. busy(): whether the pen is down.
  constructor(maps, sheet, busy) {
    this.foot = maps.foot;
    this.readout = new Readout(this.foot);
    this.answer = null;
    this.onSheet = new SheetTarget(sheet, () => this.answer);
    targets.add(this.onSheet);
    this.pointing = new Pointing(maps.layer, { answer: () => this.answer, busy });
    this.unwatch = [
      answers.watch((answer) => this.#hear(answer)),
      aim.watch(() => this.#show()),
    ];
    this.moving = new AbortController();
    for (const name of ["scroll", "resize"]) {
      addEventListener(name, () => this.#light(), { capture: true, signal: this.moving.signal });
    }
  }

  // While the pen is down its answers are pictures only, without numbers to read.
  #hear(answer) {
    if (answer.exact) {
      this.answer = answer.empty ? null : answer;
      this.#show();
    } else if (this.answer) {
      this.answer = null;
      this.#light();
    }
    this.foot.toggleAttribute("data-waits", !answer.exact);
  }

  #show() {
    const { answer } = this;
    const { pixel, pinned } = aim.latest;
    const shown = Boolean(answer && pixel);
    this.foot.toggleAttribute("data-inspects", shown);
    if (shown) this.readout.show(answer, pixel, pinned);
    this.#light();
  }

  #light() {
    const aimed = this.answer ? aim.latest : { pixel: null, pinned: false };
    for (const target of targets) target.show(aimed);
  }

  dispose() {
    this.pointing.stop();
    this.moving.abort();
    for (const unwatch of this.unwatch) unwatch();
    targets.delete(this.onSheet);
    this.onSheet.dispose();
    this.readout.dispose();
  }
}
