/** @import { Answer, Ascent, Ask } from "../core/types.js" */
/** @import { Store } from "../state/store.js" */

import { find, fromMarkup, isClass, offerClasses } from "../core/elements.js";
import { RequestQueue } from "../server/request_queue.js";
import { paintFrame } from "../maps/frame_image.js";
import { MapImage } from "../maps/map_image.js";
import { CHANGE_LEGEND } from "../text/messages.js";
import {
  ascentDescription,
  ascentResult,
  changeSizes,
  stepSentence,
} from "../text/panel_sentences.js";
import { runnerUp } from "../text/sentences.js";
import { createIconButton, setIcon } from "./icon_button.js";
import { ProbabilityChart } from "./probability_chart.js";

const MAX_PLAYING_MS = 6000;
const MAX_STEP_MS = 450;

/**
 * What would make it another: the drawing changed step by step until a class is the most likely.
 * A step is shown as the drawing's own answer is, by all of the page, and says what it is.
 */
export class AscentPanel {
  /** @type {Answer | null} The drawing's own. */
  #drawn = null;
  /** @type {Ascent | null} */
  #ascent = null;
  #target = "";
  #step = 0;
  /** @type {ReturnType<typeof setInterval> | null} */
  #playing = null;

  /**
   * @param {Ask} ask
   * @param {Store} store
   */
  constructor(ask, store) {
    this.store = store;
    this.root = fromMarkup(
      '<div class="jv-toward" data-testid="jacviz-toward">' +
        '<div><p class="jv-play">Make it a <select aria-label="the class to make of it"></select></p>' +
        '<p data-fact="end"></p><p data-fact="step"></p><p data-fact="size"></p><progress></progress></div>' +
        '<figure class="jv-picture"><div class="jv-picture-view"><canvas role="img"></canvas></div><span></span></figure>' +
        '<div class="jv-paths"><svg></svg><div class="jv-names" aria-hidden="true"></div></div></div>',
    );
    this.select = find(this.root, "select", HTMLSelectElement);
    const figure = find(this.root, "figure", HTMLElement);
    this.frame = find(figure, "canvas", HTMLCanvasElement);
    this.caption = find(figure, "span", HTMLElement);
    this.change = new MapImage();
    figure.after(this.change.root);
    this.chart = new ProbabilityChart(
      find(this.root, "svg", SVGSVGElement),
      find(this.root, ".jv-names", HTMLElement),
    );
    this.result = find(this.root, "[data-fact=end]", HTMLElement);
    this.sentence = find(this.root, "[data-fact=step]", HTMLElement);
    this.sizes = find(this.root, "[data-fact=size]", HTMLElement);
    this.select.addEventListener("change", () => store.settings.set({ target: this.select.value }));
    const controls = find(this.root, ".jv-play", HTMLElement);
    createIconButton(controls, "back", "back to the drawing", () => this.#stopAt(() => 0));
    this.player = createIconButton(controls, "play", "play", () =>
      this.#playing ? this.#pause() : this.#play(),
    );
    createIconButton(controls, "step", "one step", () => this.#stopAt(() => this.#step + 1));
    /** @type {RequestQueue<{ ask: "toward", target: string }>} */
    this.requests = new RequestQueue(ask, {
      answered: (reply) => this.#begin(reply),
      failed: (reason) => (this.result.textContent = reason),
      slow: true,
    });
  }

  /**
   * Unless a person chose a class of this model, it is the second most likely one.
   *
   * @param {Answer} answer
   */
  show(answer) {
    const drawn = answer.changed ? this.#drawn : answer;
    if (!drawn) return;
    offerClasses(this.select, answer.labels);
    const chosen = this.store.settings.value("target");
    const target = isClass(chosen, answer.labels)
      ? chosen
      : `${runnerUp(drawn.probabilities, drawn.top)}`;
    this.select.value = target;
    if (drawn === this.#drawn && target === this.#target) return;
    this.#pause();
    this.#drawn = drawn;
    this.#target = target;
    this.#ascent = null;
    this.#showDrawing();
    this.root.toggleAttribute("data-waits", true);
    this.requests.put({ ask: "toward", target });
  }

  hide() {
    this.#pause();
    this.requests.cancel();
    this.#showDrawing();
    this.#drawn = null;
  }

  /** @param {Ascent} ascent */
  #begin(ascent) {
    if (!this.#drawn) return;
    this.#ascent = ascent;
    this.root.removeAttribute("data-waits");
    this.root.dataset.steps = `${stepsOf(ascent)}`;
    this.result.textContent = ascentResult(ascent, this.#drawn.labels);
    this.result.title = ascent.ending;
    this.#go(0);
  }

  #play() {
    const ascent = this.#ascent;
    if (!ascent || !stepsOf(ascent)) return;
    const steps = stepsOf(ascent);
    if (this.#step === steps) this.#go(0);
    setIcon(this.player, "pause", "pause");
    const tick = () => {
      this.#go(this.#step + 1);
      if (this.#step === steps) this.#pause();
    };
    this.#playing = setInterval(tick, Math.min(MAX_STEP_MS, MAX_PLAYING_MS / steps));
  }

  #pause() {
    if (this.#playing) clearInterval(this.#playing);
    this.#playing = null;
    setIcon(this.player, "play", "play");
  }

  /** @param {() => number} step */
  #stopAt(step) {
    this.#pause();
    this.#go(step());
  }

  /**
   * Show a step by all of the page; the first is the drawing.
   *
   * @param {number} step
   */
  #go(step) {
    const ascent = this.#ascent;
    const drawn = this.#drawn;
    if (!ascent || !drawn) return;
    const steps = stepsOf(ascent);
    this.#step = Math.min(step, steps);
    if (this.#step === 0) this.#showDrawing();
    else {
      const changed = { step: this.#step, steps, target: drawn.labels[ascent.target] };
      this.store.answers.publish({ ...ascent.answers[this.#step], changed });
    }
    this.#paint(ascent, drawn);
  }

  /** Have the page show the drawing's own answer again. */
  #showDrawing() {
    const { answers } = this.store;
    if (answers.latest?.changed && this.#drawn) answers.publish(this.#drawn);
  }

  /**
   * @param {Ascent} ascent
   * @param {Answer} drawn
   */
  #paint(ascent, drawn) {
    const step = this.#step;
    const steps = stepsOf(ascent);
    const answer = ascent.answers[step];
    const text = stepSentence(answer, ascent.target, step, steps);
    this.sentence.textContent = text;
    this.sizes.textContent = changeSizes(ascent.sizes[step]);
    paintFrame(this.frame, answer);
    this.caption.textContent = step ? "changed" : "drawing";
    this.frame.setAttribute("aria-label", text);
    const change = Array.from(answer.frame, (ink, pixel) => ink - drawn.frame[pixel]);
    this.change.paint(change, answer, CHANGE_LEGEND, "change ");
    this.chart.paint(
      ascent.answers.map(({ probabilities }, i) => ({ x: i / (steps || 1), probabilities })),
      { labels: drawn.labels, top: ascent.target, at: step / (steps || 1), dots: false },
    );
    this.chart.describe(ascentDescription(ascent, drawn.labels));
    this.root.dataset.step = `${step}`;
  }
}

/** @param {Ascent} ascent */
function stepsOf({ answers }) {
  return answers.length - 1;
}
