/** @import { Answer, Selected, Size } from "../core/types.js" */
/** @import { Store } from "../state/store.js" */

import { barRows, create, find, fromMarkup, markLong } from "../core/elements.js";
import { SPACES } from "../text/messages.js";
import { signed } from "../text/numbers.js";
import { inkText, pixelSentence, sumText } from "../text/sentences.js";

/** @type {[string, string, [number, number]][]} Sign, title, rows down and columns right. */
const STEPS = [
  ["\u2190", "one pixel to the left", [0, -1]],
  ["\u2191", "one pixel up", [-1, 0]],
  ["\u2193", "one pixel down", [1, 0]],
  ["\u2192", "one pixel to the right", [0, 1]],
];

/** What one pixel does: its ink, a signed bar for each class, and their sum. */
export class PixelPanel {
  needsPixel = true;
  /** @type {Size} */
  #frame = { height: 0, width: 0 };

  /** @param {Store} store */
  constructor({ selection }) {
    this.selection = selection;
    this.root = fromMarkup(
      '<section class="jv-inspector" data-testid="jacviz-inspector" aria-label="Pixel inspector">' +
        '<p class="jv-words"></p><div class="jv-pixel"><dl></dl><span class="jv-steps"></span></div>' +
        '<ol class="jv-derivatives"></ol></section>',
    );
    this.sentence = find(this.root, ".jv-words", HTMLElement);
    this.facts = find(this.root, "dl", HTMLElement);
    this.bars = find(this.root, "ol", HTMLOListElement);
    this.#addSteps();
  }

  /**
   * @param {Answer} answer
   * @param {Selected} selected
   */
  show(answer, { pixel, pinned }) {
    if (!pixel) return;
    const { labels, maps, space, frame, height, width } = answer;
    this.#frame = { height, width };
    const at = pixel.row * width + pixel.column;
    const derivatives = labels.map((_, k) => maps[k][at]);
    this.sentence.setAttribute("aria-live", pinned ? "polite" : "off");
    this.sentence.textContent = pixelSentence(answer, derivatives, pixel, pinned);
    const sum = derivatives.reduce((total, derivative) => total + derivative, 0);
    this.#showFacts([
      ["ink", inkText(frame[at])],
      ["sum", sumText(space, sum)],
    ]);
    this.#showBars(answer, derivatives);
  }

  hide() {}

  /** @param {[string, string][]} facts */
  #showFacts(facts) {
    this.facts.replaceChildren(
      ...facts.flatMap(([name, value]) => {
        const description = create("dd", {}, value);
        description.dataset.fact = name;
        return [create("dt", {}, name), description];
      }),
    );
  }

  /**
   * @param {Answer} answer
   * @param {number[]} derivatives
   */
  #showBars({ labels, noun, space }, derivatives) {
    const longest = Math.max(...derivatives.map(Math.abs));
    this.bars.style.setProperty("--rows", `${Math.ceil(labels.length / 2)}`);
    markLong(this.bars, labels);
    this.bars.setAttribute("aria-label", `Derivative of each ${noun}'s ${SPACES[space].name}`);
    barRows(this.bars, labels).forEach(({ bar, number }, k) => {
      const share = longest ? derivatives[k] / longest : 0;
      bar.className = share < 0 ? "jv-less" : "jv-more";
      Object.assign(bar.style, {
        left: `${50 + 50 * Math.min(0, share)}%`,
        width: `${50 * Math.abs(share)}%`,
      });
      number.textContent = signed(derivatives[k]);
    });
  }

  /** Add buttons for fingers, which cannot press arrow keys. */
  #addSteps() {
    const steps = find(this.root, ".jv-steps", HTMLElement);
    /** @type {(sign: string, title: string, act: () => void) => void} */
    const add = (sign, title, act) => {
      const button = create("button", { type: "button", title, onclick: act }, sign);
      button.setAttribute("aria-label", title);
      steps.append(button);
    };
    for (const [sign, title, step] of STEPS) {
      add(sign, title, () => this.selection.move(...step, this.#frame));
    }
    add("\u00d7", "let go of this pixel", () => this.selection.clear());
  }
}
