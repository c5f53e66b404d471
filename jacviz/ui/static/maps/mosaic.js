// Where each map lies in the one mosaic that Plotly shows, counted in frame pixels (cells).

const BETWEEN_COLUMNS = 3;
const BETWEEN_ROWS = 6; // room for a title

export class Mosaic {
  constructor(count, height, width) {
    this.count = count;
    this.mapHeight = height;
    this.mapWidth = width;
    this.columns = Math.min(5, count);
    this.rows = Math.ceil(count / this.columns);
    this.width = this.columns * width + (this.columns - 1) * BETWEEN_COLUMNS;
    this.height = this.rows * height + (this.rows - 1) * BETWEEN_ROWS;
    this.titleHeight = BETWEEN_ROWS;
  }

  corner(k) {
    return {
      left: (k % this.columns) * (this.mapWidth + BETWEEN_COLUMNS),
      top: Math.floor(k / this.columns) * (this.mapHeight + BETWEEN_ROWS),
    };
  }

  // The pixel of whichever map lies at a place, counted in cells; null beside them.
  at(x, y) {
    const column = Math.floor(x % (this.mapWidth + BETWEEN_COLUMNS));
    const row = Math.floor(y % (this.mapHeight + BETWEEN_ROWS));
    const outside = x < 0 || y < 0 || x >= this.width || y >= this.height;
    return outside || column >= this.mapWidth || row >= this.mapHeight ? null : { row, column };
  }

  // A matrix as large as the mosaic: value(k, pixel) inside the maps, `gap` between them.
  fill(value, gap) {
    const matrix = Array.from({ length: this.height }, () => new Array(this.width).fill(gap));
    this.#each((k, pixel, row, column) => (matrix[row][column] = value(k, pixel)));
    return matrix;
  }

  // A picture of the mosaic, transparent between the maps, as a data URI. share(k, pixel) runs
  // from -1 to 1 and picks from a table of an odd number of colours, each a word of image data.
  paint(pen, share, table) {
    const image = pen.createImageData(this.width, this.height);
    const words = new Uint32Array(image.data.buffer);
    const zero = (table.length - 1) / 2;
    this.#each((k, pixel, row, column) => {
      words[row * this.width + column] = table[zero + Math.round(zero * share(k, pixel))];
    });
    pen.putImageData(image, 0, 0);
    return pen.canvas.toDataURL();
  }

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
