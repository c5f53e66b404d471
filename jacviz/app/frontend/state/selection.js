/** @import { Pixel, Selected, Size } from "../core/types.js" */

import { Channel } from "./channel.js";

/**
 * Which pixel of the frame is inspected; the same one in all pictures of a view.
 *
 * @extends {Channel<Selected>}
 */
export class Selection extends Channel {
  constructor() {
    super({ pixel: null, pinned: false });
  }

  /**
   * Select what the pointer is over, unless a pixel is pinned.
   *
   * @param {Pixel | null} pixel
   */
  point(pixel) {
    const { latest } = this;
    if (!latest.pinned && !samePixel(latest.pixel, pixel)) this.publish({ pixel, pinned: false });
  }

  /**
   * Pin a pixel; a second time on the same one releases it.
   *
   * @param {Pixel} pixel
   */
  toggle(pixel) {
    const { latest } = this;
    if (latest.pinned && samePixel(latest.pixel, pixel)) this.clear();
    else this.pin(pixel);
  }

  /** @param {Pixel} pixel */
  pin(pixel) {
    this.publish({ pixel, pinned: true });
  }

  /**
   * Pin the neighbour, or the middle of the frame where nothing is selected yet.
   *
   * @param {number} down
   * @param {number} right
   * @param {Size} frame
   */
  move(down, right, { height, width }) {
    const { pixel } = this.latest;
    const row = pixel ? pixel.row + down : height >> 1;
    const column = pixel ? pixel.column + right : width >> 1;
    this.pin({ row: clamp(row, height - 1), column: clamp(column, width - 1) });
  }

  clear() {
    if (this.latest.pixel) this.publish({ pixel: null, pinned: false });
  }
}

/**
 * @param {Pixel | null} a
 * @param {Pixel | null} b
 */
function samePixel(a, b) {
  return a?.row === b?.row && a?.column === b?.column;
}

/**
 * @param {number} value
 * @param {number} last
 */
function clamp(value, last) {
  return Math.min(last, Math.max(0, value));
}
