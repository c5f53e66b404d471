/** @import { Answer, Ask, Pixel, Selected, WhatIfCurves } from "../core/types.js" */

import { create, find, fromMarkup, uniqueId } from "../core/elements.js";
import { RequestQueue } from "../server/request_queue.js";
import { signed, significant } from "../text/numbers.js";
import { amountNote, brushTitle } from "../text/panel_sentences.js";
import { WhatIfPlot } from "./what_if_plot.js";

const SHOWN_CLASSES = 5; // those that change most
const RADII = [0, 1, 2, 3];
const POINTING_DELAY_MS = 80; // until a pixel that the pointer runs over is asked about

/**
 * What if there were more ink, or less, under a brush at a pixel: what the Jacobian predicts for
 * every amount, beside what the network really answers.
 */
export class WhatIfPanel {
  needsPixel = true;
  /** @type {Answer | null} */
  #answer = null;
  /** @type {Pixel | null} */
  #pixel = null;
  /** @type {WhatIfCurves | null} */
  #curves = null;
  /** @type {number[]} Indices of the classes that are shown. */
  #shown = [];

  /** @param {Ask} ask */
  constructor(ask) {
    this.root = fromMarkup(
      '<div class="jv-whatif" data-testid="jacviz-what-if">' +
        '<div class="jv-brush"><b></b><fieldset aria-label="radius of the brush">radius</fieldset>' +
        "<label>ink added <output></output>" +
        '<input type="range" min="-1" max="1" step="0.05" value="0.5"></label>' +
        '<small></small></div><div class="jv-whatif-plot"></div>' +
        '<table><thead><tr><td></td><th class="jv-predicted">predicted</th>' +
        '<th class="jv-true">true</th></tr></thead><tbody></tbody></table></div>',
    );
    this.place = find(this.root, "b", HTMLElement);
    this.slider = find(this.root, "input", HTMLInputElement);
    this.output = find(this.root, "output", HTMLOutputElement);
    this.notes = find(this.root, "small", HTMLElement);
    this.table = find(this.root, "tbody", HTMLElement);
    this.plot = new WhatIfPlot(find(this.root, ".jv-whatif-plot", HTMLElement));
    this.#addRadii();
    this.slider.addEventListener("input", () => this.#showAmount());
    /** @type {RequestQueue<{ ask: "what-if", row: string, column: string, radius: string }>} */
    this.requests = new RequestQueue(ask, {
      answered: (reply, question) => this.#paint(reply, question),
      failed: (reason) => (this.notes.textContent = reason),
    });
  }

  /**
   * @param {Answer} answer
   * @param {Selected} selected
   */
  show(answer, { pixel }) {
    if (!pixel) return;
    const same = answer === this.#answer && pixel === this.#pixel;
    this.#answer = answer;
    this.#pixel = pixel;
    this.place.textContent = `Row ${pixel.row}, column ${pixel.column}`;
    if (!same) this.#ask(POINTING_DELAY_MS);
  }

  hide() {
    this.requests.cancel();
    this.#answer = null;
  }

  #ask(delayMs = 0) {
    if (!this.#pixel) return;
    const { row, column } = this.#pixel;
    const radius = find(this.root, "input[type=radio]:checked", HTMLInputElement).value;
    this.root.toggleAttribute("data-waits", true);
    this.requests.put({ ask: "what-if", row: `${row}`, column: `${column}`, radius }, delayMs);
  }

  /**
   * @param {WhatIfCurves} curves
   * @param {{ row: string, column: string, radius: string }} question
   */
  #paint(curves, { row, column, radius }) {
    if (!this.#answer) return;
    const { labels } = this.#answer;
    this.#curves = curves;
    const here = curves.amounts.indexOf(0);
    /** @type {(k: number) => number} */
    const change = (k) =>
      Math.max(...curves.true.map((p) => Math.abs(p[k] - curves.true[here][k])));
    const order = labels.map((_, k) => k).sort((a, b) => change(b) - change(a));
    this.#shown = order.slice(0, SHOWN_CLASSES);
    this.plot.paint(curves, here, this.#shown, labels);
    this.#showAmount();
    this.root.toggleAttribute("data-waits", false);
    this.root.dataset.pixel = `${row},${column},${radius}`;
  }

  #showAmount() {
    const amount = Number(this.slider.value);
    this.output.textContent = signed(amount, 2);
    if (!this.#curves || !this.#answer) return;
    const { labels } = this.#answer;
    const { amounts, predicted, true: real, room } = this.#curves;
    const at = amounts.findIndex((one) => Math.abs(one - amount) < 1e-6);
    this.table.replaceChildren(
      ...this.#shown.map((k, i) =>
        create(
          "tr",
          { className: `jv-class-${i}` },
          create("th", {}, labels[k]),
          ...[predicted, real].map((rows) => create("td", {}, significant(rows[at][k], 3))),
        ),
      ),
    );
    this.notes.textContent = amountNote(amount, room);
    this.plot.mark(amount);
  }

  #addRadii() {
    const name = uniqueId("radius"); // one group of radio buttons in each view
    find(this.root, "fieldset", HTMLElement).append(
      ...RADII.map((radius) => {
        const checked = radius === 0;
        const value = `${radius}`;
        const input = create("input", { type: "radio", name, value, checked });
        input.addEventListener("change", () => this.#ask());
        return create("label", { title: brushTitle(radius) }, input, value);
      }),
    );
  }
}
