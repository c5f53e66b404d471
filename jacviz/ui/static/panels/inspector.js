// The inspector: which pixel is pointed at, shown in every picture, and told to the panel.

import { aim, targets } from "../core/selection.js";
import { answers } from "../core/channel.js";
import { Pointing } from "./pointer.js";
import { settings } from "../core/settings.js";
import { SheetTarget } from "../maps/targets.js";

export class Inspector {
  // layer: what takes the keys. panel: what says more of a pixel. busy(): whether the pen is down.
  constructor({ layer, panel, sheet, busy }) {
    this.panel = panel;
    this.answer = null;
    this.waits = false;
    this.onSheet = new SheetTarget(sheet, () => this.answer);
    targets.add(this.onSheet);
    this.pointing = new Pointing(layer, { answer: () => this.answer, busy });
    this.unwatch = [
      answers.watch((answer) => this.#hear(answer)),
      // What a link told of comes before what is pointed at, which is nothing yet.
      settings.watch(({ pixel }) => this.#set(pixel)),
      aim.watch(() => this.#aim()),
    ];
  }

  // While the pen is down its answers are pictures only, without numbers to read.
  #hear(answer) {
    if (!answer.exact && this.waits) return;
    this.waits = !answer.exact;
    this.answer = answer.exact && !answer.empty ? answer : null;
    this.#show();
  }

  #aim() {
    const pixel = written(aim.latest);
    if (settings.latest && settings.latest.pixel !== pixel) settings.set({ pixel });
    this.#show();
  }

  // pixel: as in a link.
  #set(pixel) {
    if (pixel === written(aim.latest)) return;
    if (pixel) aim.hold(pixel.split("-").map(Number));
    else aim.letGo();
  }

  #show() {
    if (this.waits) this.panel.wait(aim.latest);
    else this.panel.show(this.answer, aim.latest);
    this.#light();
  }

  #light() {
    const aimed = this.answer ? aim.latest : { pixel: null, pinned: false };
    for (const target of targets) target.show(aimed);
  }

  dispose() {
    this.pointing.stop();
    for (const unwatch of this.unwatch) unwatch();
    targets.delete(this.onSheet);
    this.onSheet.dispose();
  }
}

// The pixel that is held on to, as in a link; "" where there is none.
function written({ pixel, pinned }) {
  return pinned ? `${pixel.row}-${pixel.column}` : "";
}
