/**
 * The component `prediction`: the frame the network sees, and the probability of each class.
 */

/** @import { Answer } from "../core/types.js" */
/** @import { Context } from "../state/component.js" */

import { barRows, find, fromMarkup } from "../core/elements.js";
import { paintFrame } from "../maps/frame_image.js";
import { FrameTarget } from "../maps/targets.js";
import { percent } from "../text/numbers.js";
import { frameDescription } from "../text/sentences.js";
import { component } from "../state/component.js";

class Prediction {
  /** @param {Context} context */
  constructor({ parent, store }) {
    this.store = store;
    this.root = fromMarkup(
      '<div class="jv-reading" data-testid="jacviz-reading">' +
        '<figure><div class="jv-view"><canvas role="img"></canvas></div><figcaption></figcaption></figure>' +
        '<ol class="jv-bars"></ol></div>',
    );
    this.frame = find(this.root, "canvas", HTMLCanvasElement);
    this.caption = find(this.root, "figcaption", HTMLElement);
    this.bars = find(this.root, "ol", HTMLOListElement);
    this.#setCaption(false);
    this.target = new FrameTarget(find(this.root, ".jv-view", HTMLElement), this.frame);
    store.pixelTargets.add(this.target);
    parent.append(this.root);
    this.unsubscribe = store.answers.subscribe((answer) => this.#show(answer));
  }

  dispose() {
    this.unsubscribe();
    this.store.pixelTargets.delete(this.target);
    this.root.remove();
  }

  /** @param {Answer} answer */
  #show(answer) {
    paintFrame(this.frame, answer);
    // The same text again would cost a layout at the next read of the canvas.
    const changed = Boolean(answer.changed);
    if (changed !== this.root.hasAttribute("data-changed")) this.#setCaption(changed);
    this.#showBars(answer);
    if (answer.exact) this.frame.setAttribute("aria-label", frameDescription(answer));
  }

  /** @param {boolean} changed Whether the frame is not the drawing's own. */
  #setCaption(changed) {
    this.root.toggleAttribute("data-changed", changed);
    this.caption.textContent = changed ? "changed by the gradient" : "what the network sees";
  }

  /** @param {Answer} answer */
  #showBars({ labels, noun, probabilities, top, empty }) {
    const name = `Probability of each ${noun}`;
    if (this.bars.getAttribute("aria-label") !== name) this.bars.setAttribute("aria-label", name);
    barRows(this.bars, labels).forEach(({ row, bar, number }, k) => {
      bar.style.width = empty ? "0" : `${100 * probabilities[k]}%`;
      number.textContent = empty ? "" : percent(probabilities[k]);
      row.toggleAttribute("data-top", !empty && k === top);
    });
  }
}

export default component((context) => new Prediction(context));
