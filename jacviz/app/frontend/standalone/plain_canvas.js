import { context2d } from "../core/elements.js";

const PEN_WIDTH_PX = 28; // jacviz/app/canvas.py
const MAX_STROKES = 100; // that can be undone; history.js keeps as many

/** @typedef {[x: number, y: number]} Point In pixels of the canvas. */

/** A canvas to draw on with mouse, pen or finger, which undoes and redoes strokes. */
export class PlainCanvas {
  /** @type {Point[][]} On the canvas, oldest first. */
  #strokes = [];
  /** @type {Point[][]} The last one is the next to be drawn again. */
  #undone = [];
  /** @type {Point[]} The one that is being drawn. */
  #stroke = [];
  /** @type {number | null} Which pointer draws it. */
  #pointer = null;
  /** @type {ImageData} What lies below all strokes that can be undone. */
  #ground;
  /** @type {ImageData} What lies below the stroke that is being drawn. */
  #finished;

  /**
   * @param {HTMLCanvasElement} element
   * @param {() => void} changed Told whenever other strokes can be undone or redone.
   */
  constructor(element, changed) {
    this.element = element;
    this.changed = changed;
    this.context = context2d(element, { willReadFrequently: true });
    this.#ground = this.context.createImageData(element.width, element.height);
    this.#finished = this.#ground;
    Object.assign(this.context, { lineWidth: PEN_WIDTH_PX, lineCap: "round", lineJoin: "round" });
    element.addEventListener("pointerdown", (event) => this.#begin(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerup", (event) => this.#end(event));
    element.addEventListener("pointercancel", (event) => this.#cancel(event));
  }

  get canUndo() {
    return this.#strokes.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  undo() {
    const stroke = this.#strokes.pop();
    if (stroke) this.#undone.push(stroke);
    this.#repaint();
  }

  redo() {
    const stroke = this.#undone.pop();
    if (stroke) this.#strokes.push(stroke);
    this.#repaint();
  }

  /** Forget all strokes, and what lies below them. */
  clear() {
    this.load(new Uint8Array(this.element.width * this.element.height));
  }

  /**
   * Lay ink on the canvas instead of all that is there.
   *
   * @param {Uint8Array} ink One byte for each pixel, 255 is full.
   */
  load(ink) {
    this.#ground.data.fill(0);
    ink.forEach((value, i) => (this.#ground.data[4 * i + 3] = value));
    this.#strokes = [];
    this.#undone = [];
    this.#repaint();
  }

  /** @returns {Uint8ClampedArray<ArrayBuffer>} RGBA; the ink is in its alpha. */
  pixels() {
    return this.#image().data;
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (this.#pointer !== null || !event.isPrimary || event.button !== 0) return;
    this.#pointer = event.pointerId;
    this.element.setPointerCapture(event.pointerId);
    this.#finished = this.#image();
    this.#stroke = [this.#point(event)];
    this.#draw(this.#stroke);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    // Safari has none of these yet, and events from scripts have an empty list.
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const one of coalesced.length ? coalesced : [event]) this.#stroke.push(this.#point(one));
    // As a whole: where its parts overlapped, its edge would be rough.
    this.context.putImageData(this.#finished, 0, 0);
    this.#draw(this.#stroke);
  }

  /** @param {PointerEvent} event */
  #end(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#strokes.push(this.#stroke);
    this.#undone = [];
    if (this.#strokes.length > MAX_STROKES) this.#sink();
    this.changed();
  }

  /** @param {PointerEvent} event The system took the pointer away, for a gesture of its own. */
  #cancel(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#repaint();
  }

  /** Make the oldest stroke part of what lies below. */
  #sink() {
    const later = this.#strokes.slice(1);
    this.#strokes = [this.#strokes[0]];
    this.#repaint();
    this.#ground = this.#image();
    this.#strokes = later;
    this.#repaint();
  }

  #repaint() {
    this.context.putImageData(this.#ground, 0, 0);
    for (const points of this.#strokes) this.#draw(points);
    this.changed();
  }

  /**
   * Curves between the middles of its segments, as Fabric's pencil draws them.
   *
   * @param {Point[]} points
   */
  #draw(points) {
    const { context } = this;
    context.beginPath();
    context.moveTo(...points[0]);
    points.slice(1).forEach(([x, y], i) => {
      const [lastX, lastY] = points[i];
      context.quadraticCurveTo(lastX, lastY, (lastX + x) / 2, (lastY + y) / 2);
    });
    context.lineTo(...points[points.length - 1]);
    context.stroke();
  }

  #image() {
    return this.context.getImageData(0, 0, this.element.width, this.element.height);
  }

  /**
   * @param {PointerEvent} event
   * @returns {Point}
   */
  #point({ clientX, clientY }) {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    return [
      ((clientX - left) * this.element.width) / width,
      ((clientY - top) * this.element.height) / height,
    ];
  }
}
