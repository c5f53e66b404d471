// Which pixel of the frame is inspected; one for all views of the page.

import { Channel } from "./channel.js";

class Aim extends Channel {
  constructor() {
    super();
    this.latest = { pixel: null, pinned: false };
  }

  // The pixel under the pointer, or null; a pinned one stays.
  point(pixel) {
    const { latest } = this;
    if (!latest.pinned && !same(latest.pixel, pixel)) this.publish({ pixel, pinned: false });
  }

  // Hold on to a pixel; once more on the same one lets go.
  pin(pixel) {
    const { latest } = this;
    if (latest.pinned && same(latest.pixel, pixel)) this.letGo();
    else this.publish({ pixel, pinned: true });
  }

  // Pin the neighbour, or the middle of the frame where nothing is inspected yet.
  move(down, right, { height, width }) {
    const { pixel } = this.latest;
    const row = pixel ? pixel.row + down : height >> 1;
    const column = pixel ? pixel.column + right : width >> 1;
    const within = (n, size) => Math.min(size - 1, Math.max(0, n));
    this.publish({
      pixel: { row: within(row, height), column: within(column, width) },
      pinned: true,
    });
  }

  hold([row, column]) {
    this.publish({ pixel: { row, column }, pinned: true });
  }

  letGo() {
    if (this.latest.pixel) this.publish({ pixel: null, pinned: false });
  }
}

function same(a, b) {
  return a?.row === b?.row && a?.column === b?.column;
}

export const aim = new Aim();

// The pictures on which pixels are pointed at and lit up; see targets.js.
export const targets = new Set();
