/**
 * The pictures of the frame's pixels on this page: which pixel an event points at, and a thin
 * square around the selected one. The squares lie over the pictures, which stay untouched.
 */

/** @import { Answer, Pixel, PixelTarget, PointerPosition, Selected, Size } from "../core/types.js" */
/** @import { CanvasPage } from "../canvas/adapter.js" */
/** @import { Mosaic } from "./mosaic.js" */

import { framePlacement, placementStyle } from "../canvas/placement.js";
import { create } from "../core/elements.js";

/**
 * The mosaic of maps: one square in each.
 *
 * @implements {PixelTarget}
 */
export class MapsTarget {
  /** @type {Mosaic | null} */
  #mosaic = null;
  /** @type {HTMLElement[]} */
  #squares = [];
  /** @type {Selected | null} */
  #selected = null;

  /**
   * @param {HTMLElement} plot
   * @param {HTMLElement} layer Of the squares.
   */
  constructor(plot, layer) {
    this.plot = plot;
    this.layer = layer;
  }

  /**
   * Say where the maps lie. What was to be marked before is marked from now on.
   *
   * @param {Mosaic} mosaic
   */
  place(mosaic) {
    this.#mosaic = mosaic;
    this.layer.style.setProperty("--cell", `calc(100cqw / ${mosaic.width})`);
    this.layer.style.setProperty("--cells", `${mosaic.height + mosaic.titleHeight}`);
    for (const square of this.#squares) square.remove();
    this.#squares = Array.from({ length: mosaic.count }, createSquare);
    this.layer.append(...this.#squares);
    if (this.#selected) this.show(this.#selected);
  }

  /** @param {PointerPosition} event */
  at(event) {
    const mosaic = this.#mosaic;
    if (!mosaic || !(event.target instanceof Node) || !this.plot.contains(event.target))
      return null;
    const { left, top, width } = this.plot.getBoundingClientRect();
    const cell = width / mosaic.width;
    return mosaic.at(
      (event.clientX - left) / cell,
      (event.clientY - top) / cell - mosaic.titleHeight,
    );
  }

  /** @param {Selected} selected */
  show(selected) {
    this.#selected = selected;
    const mosaic = this.#mosaic;
    if (!mosaic) return;
    const { pixel, pinned } = selected;
    this.#squares.forEach((square, k) => {
      const { left, top } = mosaic.corner(k);
      square.toggleAttribute("data-pinned", pinned && pixel !== null);
      square.hidden = !pixel;
      if (!pixel) return;
      square.style.left = `calc(var(--cell) * ${left + pixel.column})`;
      square.style.top = `calc(var(--cell) * ${top + mosaic.titleHeight + pixel.row})`;
    });
  }
}

/**
 * A picture of the frame itself, which fills its view.
 *
 * @implements {PixelTarget}
 */
export class FrameTarget {
  #square = createSquare();

  /**
   * @param {HTMLElement} view
   * @param {HTMLCanvasElement} frame
   */
  constructor(view, frame) {
    this.view = view;
    this.frame = frame;
    view.append(this.#square);
  }

  /** @param {PointerPosition} event */
  at(event) {
    if (!(event.target instanceof Node) || !this.view.contains(event.target)) return null;
    const { left, top, width, height } = this.view.getBoundingClientRect();
    return pixelWithin(
      ((event.clientY - top) / height) * this.frame.height,
      ((event.clientX - left) / width) * this.frame.width,
      this.frame,
    );
  }

  /** @param {Selected} selected */
  show({ pixel, pinned }) {
    const { frame } = this;
    const square = this.#square;
    square.toggleAttribute("data-pinned", pinned);
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

/**
 * The canvas, on which the frame lies where the drawing was.
 *
 * @implements {PixelTarget}
 */
export class CanvasTarget {
  drawsOnPress = true;
  #square = createSquare();

  /**
   * @param {CanvasPage} page
   * @param {() => Answer | null} answer What is shown; null where there is nothing to point at.
   */
  constructor(page, answer) {
    this.page = page;
    this.answer = answer;
    this.#square.classList.add("jv-on-canvas");
  }

  /** @param {PointerPosition} event */
  at(event) {
    const answer = this.answer();
    const placement = this.page.isOnCanvas(event) && framePlacement(this.page, answer);
    if (!answer || !placement) return null;
    const row = (event.clientY - placement.top) / placement.cell;
    return pixelWithin(row, (event.clientX - placement.left) / placement.cell, answer);
  }

  /** @param {Selected} selected */
  show({ pixel, pinned }) {
    const square = this.#square;
    const { canvasContainer } = this.page;
    const placement = pixel && framePlacement(this.page, this.answer());
    square.toggleAttribute("data-pinned", pinned);
    square.hidden = true;
    if (!pixel || !placement || !canvasContainer) return;
    const { bounds, left, top, cell } = placement;
    // A frame may reach past the canvas.
    const [x, y] = [left + (pixel.column + 0.5) * cell, top + (pixel.row + 0.5) * cell];
    square.hidden = x < bounds.left || x > bounds.right || y < bounds.top || y > bounds.bottom;
    if (square.parentElement !== canvasContainer) canvasContainer.append(square);
    Object.assign(square.style, placementStyle(placement, { ...pixel, height: 1, width: 1 }));
  }

  dispose() {
    this.#square.remove();
  }
}

function createSquare() {
  return create("div", { className: "jv-square", hidden: true });
}

/**
 * @param {number} row
 * @param {number} column
 * @param {Size} size
 * @returns {Pixel | null}
 */
function pixelWithin(row, column, { height, width }) {
  const pixel = { row: Math.floor(row), column: Math.floor(column) };
  const inside = pixel.row >= 0 && pixel.row < height && pixel.column >= 0 && pixel.column < width;
  return inside ? pixel : null;
}
