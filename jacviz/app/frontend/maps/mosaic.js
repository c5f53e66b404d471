/** @import { MapShare, Pixel } from "../core/types.js" */

const MAX_COLUMNS = 5; // maps side by side

// As shares of a map's longer side.
const COLUMN_GAP = 3 / 28;
const TITLE = 6 / 28;

const ASPECT = 68 / 152; // height, titles included, over width; `.jv-plot` in page.css keeps the room
const ROUNDING = 1e-9; // of the quotients below

/**
 * Where each map lies in the one mosaic that Plotly shows, counted in frame pixels (cells).
 */
export class Mosaic {
  /**
   * @param {number} count Of maps.
   * @param {number} height Of each, in cells.
   * @param {number} width
   */
  constructor(count, height, width) {
    this.count = count;
    this.mapHeight = height;
    this.mapWidth = width;
    this.columns = Math.min(MAX_COLUMNS, count);
    this.rows = Math.ceil(count / this.columns);
    const side = Math.max(height, width);
    const columnGap = Math.max(1, Math.round(side * COLUMN_GAP));
    this.titleHeight = Math.max(1, Math.round(side * TITLE));
    this.columnStep = width + columnGap;
    this.rowStep = height + this.titleHeight;
    // Whatever the number of maps, they take the same room on the page: many rows stand in the
    // middle of a wider mosaic, whose cells are smaller, and below few rows there is nothing.
    const across = this.columns * this.columnStep - columnGap;
    const down = this.rows * this.rowStep;
    this.width = Math.max(across, Math.ceil(down / ASPECT - ROUNDING));
    this.height = Math.max(down, Math.floor(this.width * ASPECT + ROUNDING)) - this.titleHeight;
    this.left = (this.width - across) >> 1;
  }

  /**
   * Whether as many maps of the same size lie in another mosaic.
   *
   * @param {Mosaic} other
   */
  equals({ count, mapHeight, mapWidth }) {
    return this.count === count && this.mapHeight === mapHeight && this.mapWidth === mapWidth;
  }

  /** @param {number} k */
  corner(k) {
    return {
      left: this.left + (k % this.columns) * this.columnStep,
      top: Math.floor(k / this.columns) * this.rowStep,
    };
  }

  /**
   * The pixel of whichever map lies at a place.
   *
   * @param {number} x In cells.
   * @param {number} y
   * @returns {Pixel | null} Null beside the maps.
   */
  at(x, y) {
    const across = Math.floor((x - this.left) / this.columnStep);
    const down = Math.floor(y / this.rowStep);
    const k = down * this.columns + across;
    if (across < 0 || across >= this.columns || down < 0 || k >= this.count) return null;
    const column = Math.floor(x - this.left - across * this.columnStep);
    const row = Math.floor(y - down * this.rowStep);
    return column < this.mapWidth && row < this.mapHeight ? { row, column } : null;
  }

  /**
   * A matrix as large as the mosaic.
   *
   * @template T
   * @param {(k: number, pixel: number) => T} value Inside the maps.
   * @param {T} gap Between them.
   * @returns {T[][]}
   */
  fill(value, gap) {
    const matrix = Array.from({ length: this.height }, () => new Array(this.width).fill(gap));
    this.#each((k, pixel, row, column) => (matrix[row][column] = value(k, pixel)));
    return matrix;
  }

  /**
   * The colour of each cell, transparent between the maps.
   *
   * @param {Uint32Array} words As many as there are cells; words of image data.
   * @param {MapShare} share
   * @param {Uint32Array} table An odd number of colours, zero in the middle.
   */
  colour(words, share, table) {
    const zero = (table.length - 1) / 2;
    this.#each((k, pixel, row, column) => {
      words[row * this.width + column] = table[zero + Math.round(zero * share(k, pixel))];
    });
  }

  /** @param {(k: number, pixel: number, row: number, column: number) => void} act */
  #each(act) {
    for (let k = 0; k < this.count; k++) {
      const { left, top } = this.corner(k);
      for (let row = 0, pixel = 0; row < this.mapHeight; row++) {
        for (let column = 0; column < this.mapWidth; column++, pixel++) {
          act(k, pixel, top + row, left + column);
        }
      }
    }
  }
}
