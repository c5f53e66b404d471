// The pictures of the frame's pixels on this page: which pixel of theirs an event points at, and a
// thin square around the inspected one. The squares lie over the pictures, which stay untouched.

// The mosaic of maps: one square in each.
export class MapsTarget {
  constructor(plot, layer) {
    Object.assign(this, { plot, layer });
  }

  // Where the maps lie; what was to be lit up before is from now on.
  place(mosaic) {
    this.mosaic = mosaic;
    this.layer.style.setProperty("--cell", `calc(100cqw / ${mosaic.width})`);
    this.squares = Array.from({ length: mosaic.count }, () => square(this.layer));
    if (this.aimed) this.show(this.aimed);
  }

  at(event) {
    if (!this.mosaic || !this.plot.contains(event.target)) return null;
    const { left, top, width } = this.plot.getBoundingClientRect();
    const cell = width / this.mosaic.width;
    return this.mosaic.at(
      (event.clientX - left) / cell,
      (event.clientY - top) / cell - this.mosaic.titleHeight,
    );
  }

  show(aimed) {
    this.aimed = aimed;
    const { pixel, pinned } = aimed;
    this.squares?.forEach((element, k) => {
      const { left, top } = this.mosaic.corner(k);
      light(element, pixel && pinned);
      element.hidden = !pixel;
      if (!pixel) return;
      element.style.left = `calc(var(--cell) * ${left + pixel.column})`;
      element.style.top = `calc(var(--cell) * ${top + this.mosaic.titleHeight + pixel.row})`;
    });
  }
}

// The frame itself, which fills its view.
export class FrameTarget {
  constructor(view, frame) {
    Object.assign(this, { view, frame });
    this.square = square(view);
  }

  at(event) {
    if (!this.view.contains(event.target)) return null;
    const { left, top, width, height } = this.view.getBoundingClientRect();
    return within(
      ((event.clientY - top) / height) * this.frame.height,
      ((event.clientX - left) / width) * this.frame.width,
      this.frame,
    );
  }

  show({ pixel, pinned }) {
    const { square, frame } = this;
    light(square, pinned);
    square.hidden = !pixel;
    if (!pixel) return;
    Object.assign(square.style, {
      left: `${(100 * pixel.column) / frame.width}%`,
      top: `${(100 * pixel.row) / frame.height}%`,
      width: `${100 / frame.width}%`,
      height: `${100 / frame.height}%`,
    });
  }
}

// The sheet, on which the frame lies where the drawing was: see jacviz/framing.py.
export class SheetTarget {
  pens = true; // pressing draws there

  constructor(sheet, answer) {
    Object.assign(this, { sheet, answer });
    this.square = square(null);
    this.square.classList.add("jv-on-sheet");
  }

  at(event) {
    const grid = this.sheet.holds(event) && this.#grid();
    if (!grid) return null;
    const row = (event.clientY - grid.top) / grid.cell;
    return within(row, (event.clientX - grid.left) / grid.cell, this.answer());
  }

  show({ pixel, pinned }) {
    const { square } = this;
    const grid = pixel && this.#grid();
    light(square, pinned);
    square.hidden = !grid;
    if (!grid) return;
    const left = grid.left + pixel.column * grid.cell;
    const top = grid.top + pixel.row * grid.cell;
    // A frame may reach past the sheet.
    const { bounds } = grid;
    const [x, y] = [left + grid.cell / 2, top + grid.cell / 2];
    square.hidden = x < bounds.left || x > bounds.right || y < bounds.top || y > bounds.bottom;
    const { place } = this.sheet;
    if (square.parentElement !== place) place.append(square);
    Object.assign(square.style, onSheet(grid, { ...pixel, height: 1, width: 1 }));
  }

  dispose() {
    this.square.remove();
  }

  #grid() {
    return gridOf(this.sheet, this.answer());
  }
}

// Where the frame lies on the screen: its upper left corner and the side of its pixels.
export function gridOf(sheet, answer) {
  const bounds = sheet.bounds();
  if (!bounds || !answer?.place) return null;
  const [top, left, scale] = answer.place;
  // Large drawings are sent reduced by a factor (see drawing.js); a presentation shows them larger.
  const factor = (Math.round(bounds.side / answer.sheet[1]) * bounds.width) / bounds.side;
  return {
    bounds,
    top: bounds.top + top * factor,
    left: bounds.left + left * factor,
    cell: scale * factor,
  };
}

// A part of the frame, in its pixels, as a style for what lies over the sheet: whatever happens to
// the sheet, it stays there.
export function onSheet({ bounds, left, top, cell }, { row, column, height, width }) {
  const side = bounds.width / 100;
  return {
    left: `${(left + column * cell - bounds.left) / side}%`,
    top: `${(top + row * cell - bounds.top) / side}%`,
    width: `${(width * cell) / side}%`,
    height: `${(height * cell) / side}%`,
  };
}

function square(parent) {
  const element = document.createElement("div");
  element.className = "jv-square";
  element.hidden = true;
  parent?.append(element);
  return element;
}

function light(element, pinned) {
  element.toggleAttribute("data-pinned", Boolean(pinned));
}

function within(row, column, { height, width }) {
  [row, column] = [Math.floor(row), Math.floor(column)];
  return row >= 0 && row < height && column >= 0 && column < width ? { row, column } : null;
}
