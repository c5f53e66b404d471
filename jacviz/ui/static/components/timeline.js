/**
 * The component `timeline`: the probabilities over the strokes, and a way back and forth.
 * Its slider presses the canvas' own undo and redo, so that a stroke from here branches like them.
 */

/** @import { Answer } from "../core/types.js" */
/** @import { Context } from "./component.js" */

import { History } from "../canvas/history.js";
import { find, fromMarkup } from "../core/elements.js";
import { ProbabilityChart } from "../panels/probability_chart.js";
import { percent } from "../text/numbers.js";
import { component } from "./component.js";

const STEP_TIMEOUT_MS = 3000; // until an undo that changed nothing counts as refused

class Timeline {
  #history = new History();
  #target = 0; // the position that the slider asked for
  #moving = false;
  /** @type {(() => void) | null} */
  #noted = null;

  /** @param {Context} context */
  constructor({ parent, store }) {
    this.store = store;
    this.root = fromMarkup(
      '<div class="jv-timeline" data-testid="jacviz-timeline">' +
        '<div class="jv-strokes jv-paths"><svg></svg>' +
        '<input type="range" min="0" step="1" aria-label="Strokes on the sheet"></div>' +
        '<div class="jv-names" aria-hidden="true"></div><p></p></div>',
    );
    this.slider = find(this.root, "input", HTMLInputElement);
    this.sentence = find(this.root, "p", HTMLElement);
    this.chart = new ProbabilityChart(
      find(this.root, "svg", SVGSVGElement),
      find(this.root, ".jv-names", HTMLElement),
    );
    this.slider.addEventListener("input", () => this.#go(Number(this.slider.value)));
    parent.append(this.root);
    this.unsubscribe = store.drawings.subscribe((drawing) => this.#note(drawing));
    this.#show();
  }

  dispose() {
    this.unsubscribe();
    this.root.remove();
  }

  /** @param {Uint8Array} drawing */
  #note(drawing) {
    const { page, answers } = this.store;
    if (!answers.latest) return;
    const fresh = !page.canPress("Undo") && !page.canPress("Redo");
    this.#history.note(drawing, answers.latest, fresh);
    this.#noted?.();
    this.#show();
  }

  /**
   * Go one step at a time, each after the one before has been answered.
   *
   * @param {number} target
   */
  async #go(target) {
    this.#target = target;
    if (this.#moving) return;
    this.#moving = true;
    while (this.#target !== this.#history.position) {
      const before = this.#history.position;
      /** @type {Promise<void>} */
      const noted = new Promise((resolve) => (this.#noted = resolve));
      this.store.page.press(this.#target < before ? "Undo" : "Redo");
      await Promise.race([noted, new Promise((resolve) => setTimeout(resolve, STEP_TIMEOUT_MS))]);
      if (this.#history.position === before) break;
    }
    this.#moving = false;
    this.#show();
  }

  #show() {
    const { entries, position } = this.#history;
    this.root.toggleAttribute("data-shown", entries.length > 1);
    if (entries.length < 2) return;
    const current = position ? entries[position - 1].answer : null;
    const { labels, network } = current ?? entries[entries.length - 1].answer;
    // Another network's probabilities are no part of this one's story.
    const points = entries
      .map(({ answer }, i) => ({ answer, x: (i + 1) / entries.length }))
      .filter(({ answer }) => answer.network === network);
    this.chart.paint(
      points.map(({ answer, x }) => ({ x, probabilities: answer.probabilities })),
      { labels, top: current?.top ?? -1, at: position / entries.length, dots: true },
    );
    this.slider.max = `${entries.length}`;
    this.slider.value = `${this.#moving ? this.#target : position}`;
    const now = current
      ? `${labels[current.top]} (${percent(current.probabilities[current.top])})`
      : "an empty sheet";
    const text = `Stroke ${position} of ${entries.length}: ${now}`;
    this.sentence.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
    const story = strokesText(points.map(({ answer }) => answer));
    this.chart.describe(`Probabilities after each stroke. ${story}`);
  }
}

/** @param {Answer[]} answers After each stroke. */
function strokesText(answers) {
  return answers
    .map(
      ({ labels, top, probabilities }, i) =>
        `${i + 1}: ${labels[top]}, ${percent(probabilities[top])}`,
    )
    .join("; ");
}

export default component((context) => new Timeline(context));
