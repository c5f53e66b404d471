/** @import { CanvasBounds, CanvasPage, ToolbarButton } from "../canvas/adapter.js" */
/** @import { PlainCanvas } from "./plain_canvas.js" */

import { encodeDrawing } from "../canvas/drawing_codec.js";

/**
 * A page of static files, as the other scripts see it: a plain canvas and its buttons.
 *
 * @implements {CanvasPage}
 */
export class StaticPage {
  frameSide = 0;

  /**
   * @param {Element} root
   * @param {PlainCanvas} canvas
   * @param {Map<ToolbarButton, HTMLButtonElement>} buttons
   */
  constructor(root, canvas, buttons) {
    this.root = root;
    this.canvas = canvas;
    this.buttons = buttons;
  }

  get canvasContainer() {
    return this.canvas.element.parentElement;
  }

  /** @param {Pick<Event, "composedPath">} event */
  isOnCanvas(event) {
    return event.composedPath().includes(this.canvas.element);
  }

  /** @param {Event} event */
  toolbarButton(event) {
    const path = event.composedPath();
    const found = [...this.buttons].find(([, button]) => path.includes(button));
    return found ? found[0] : null;
  }

  readDrawing() {
    const { width, height } = this.canvas.element;
    return encodeDrawing(this.canvas.pixels(), height, width, this.frameSide);
  }

  /**
   * A finished stroke is where it was drawn.
   *
   * @param {() => void} act
   */
  onStrokeTransferred(act) {
    act();
  }

  /** @param {string} text */
  describeCanvas(text) {
    this.canvas.element.setAttribute("aria-label", text);
  }

  /** @returns {CanvasBounds} */
  canvasBounds() {
    const { left, top, right, bottom, width } = this.canvas.element.getBoundingClientRect();
    return { left, top, right, bottom, width, side: this.canvas.element.width };
  }

  /** @param {ToolbarButton} label */
  canPress(label) {
    return this.buttons.get(label)?.disabled === false;
  }

  /** @param {ToolbarButton} label */
  press(label) {
    this.buttons.get(label)?.click();
  }

  isVisible() {
    return true;
  }

  receives() {
    return true;
  }
}
