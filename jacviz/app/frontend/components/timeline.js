/**
 * The component `timeline`: the probabilities over the strokes, and a way back and forth.
 * Its slider presses the canvas' own undo and redo, so that a stroke from here branches like them.
 */

/** @import { Answer } from "../core/types.js" */
/** @import { History } from "../state/history.js" */
/** @import { Context } from "../state/component.js" */

import { isEmptyDrawing, sameDrawing } from "../canvas/drawing_codec.js";
import { find, fromMarkup } from "../core/elements.js";
import { ProbabilityChart } from "../panels/probability_chart.js";
import { percent } from "../text/numbers.js";
import { component } from "../state/component.js";

const REDRAW_TIMEOUT_MS = 500; // that the canvas has to redraw itself after an undo or redo
const HIDDEN_FRAME_MS = 50; // hidden pages get no animation frames

class Timeline {
  #target = 0; // the position that the slider asked for
  #moving = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Context} context */
  constructor({ parent, store }) {
    this.page = store.page;
    this.history = store.history;
    this.root = fromMarkup(
      '<div class="jv-timeline" data-testid="jacviz-timeline">' +
        '<div class="jv-strokes jv-paths"><svg></svg>' +
        '<input type="range" min="0" step="1" aria-label="Strokes on the canvas"></div>' +
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
    this.unsubscribe = this.history.changes.subscribe(() => this.#showLater());
  }

  dispose() {
    this.unsubscribe();
    clearTimeout(this.#timer);
    this.root.remove();
  }

  /**
   * Go one step at a time: the canvas loads a drawing piece by piece, and two of them at once may
   * end in any order. Each step brings the canvas nearer or ends this.
   *
   * @param {number} target
   */
  async #go(target) {
    const { history, page } = this;
    this.#target = target;
    if (this.#moving) return;
    this.#moving = true;
    while (this.#target !== history.position) {
      const { position } = history;
      page.press(this.#target < position ? "Undo" : "Redo");
      if (history.position === position) break;
      await this.#redrawn(history.version);
    }
    this.#moving = false;
    this.#show();
  }

  /**
   * Wait until the canvas shows its entry, or something else has changed.
   *
   * @param {number} version Of the history.
   */
  async #redrawn(version) {
    const { history, page } = this;
    const { drawing } = history.current;
    const until = performance.now() + REDRAW_TIMEOUT_MS;
    while (performance.now() < until) {
      await nextFrame();
      if (history.version !== version) {
        this.#target = history.position;
        return;
      }
      if (drawing && sameDrawing(page.readDrawing(), drawing)) return;
    }
  }

  /** The maps are painted first: what is shown here takes a layout. */
  #showLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show());
  }

  #show() {
    const { entries, position, current, forgotten, inked } = this.history;
    const last = entries.length - 1;
    const points = entries.flatMap(({ answer }, i) =>
      answer && !answer.empty ? [{ answer, x: i / last, stroke: forgotten + i }] : [],
    );
    const shown = inked.length > 1 && points.length > 0;
    this.root.toggleAttribute("data-shown", shown);
    if (!shown) return;
    const now = current.answer && !current.answer.empty ? current.answer : null;
    const { labels, network } = now ?? points[points.length - 1].answer;
    // Another network's probabilities are no part of this one's story.
    const told = points.filter(({ answer }) => answer.network === network);
    this.chart.paint(
      told.map(({ answer, x }) => ({ x, probabilities: answer.probabilities })),
      { labels, top: now?.top ?? -1, at: position / last, dots: true },
    );
    this.slider.max = `${last}`;
    this.slider.value = `${this.#moving ? this.#target : position}`;
    const text = caption(this.history);
    this.sentence.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
    const story = told.map(({ answer, stroke }) => `${stroke}: ${likeliest(answer).join(", ")}`);
    this.chart.describe(`Probabilities after each stroke. ${story.join("; ")}`);
  }
}

/** Hidden pages get no animation frames. */
function nextFrame() {
  return new Promise((resolve) => {
    requestAnimationFrame(resolve);
    setTimeout(resolve, HIDDEN_FRAME_MS);
  });
}

/** @param {History} history */
function caption({ entries, position, current, forgotten }) {
  const { drawing, answer } = current;
  const place = `Stroke ${forgotten + position} of ${forgotten + entries.length - 1}`;
  if (drawing && isEmptyDrawing(drawing)) return `${place}: an empty canvas`;
  const name = forgotten + position === 0 ? "As opened" : place;
  if (!answer || answer.empty) return name;
  const [label, probability] = likeliest(answer);
  return `${name}: ${label} (${probability})`;
}

/**
 * @param {Answer} answer
 * @returns {[string, string]} The most likely class, and its probability.
 */
function likeliest({ labels, probabilities, top }) {
  return [labels[top], percent(probabilities[top])];
}

export default component((context) => new Timeline(context));
