/** @import { MapShare, Pixel } from "../core/types.js" */

const MAX_COLUMNS = 5; // maps side by side
const COLUMN_GAP = 3; // cells
const ROW_GAP = 6; // cells: room for a title

/**
 * Where each map lies in the one mosaic that Plotly shows, counted in frame pixels (cells).
 */
export class Mosaic {
  titleHeight = ROW_GAP;

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
    this.width = this.columns * width + (this.columns - 1) * COLUMN_GAP;
    this.height = this.rows * height + (this.rows - 1) * ROW_GAP;
  }

  /** @param {number} k */
  corner(k) {
    return {
      left: (k % this.columns) * (this.mapWidth + COLUMN_GAP),
      top: Math.floor(k / this.columns) * (this.mapHeight + ROW_GAP),
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
    const column = Math.floor(x % (this.mapWidth + COLUMN_GAP));
    const row = Math.floor(y % (this.mapHeight + ROW_GAP));
    const outside = x < 0 || y < 0 || x >= this.width || y >= this.height;
    return outside || column >= this.mapWidth || row >= this.mapHeight ? null : { row, column };
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
