/** @import { Answer, Ask, Contrast, Pixel, Selected } from "../core/types.js" */
/** @import { Store } from "../state/store.js" */

import { find, fromMarkup, isClass, offerClasses, setText } from "../core/elements.js";
import { RequestQueue } from "../server/request_queue.js";
import { MapImage } from "../maps/map_image.js";
import { FrameTarget } from "../maps/targets.js";
import { forAndAgainst, oddsAtPixel, oddsSentence } from "../text/panel_sentences.js";

/** Why a, and not b: what speaks for one class against another, as a map of the log-odds. */
export class ContrastivePanel {
  /** @type {Answer | null} */
  #answer = null;
  /** @type {Pixel | null} */
  #pixel = null;
  /** @type {Contrast | null} */
  #contrast = null;
  /** @type {[string, string]} Indices of the two classes that are shown. */
  #classes = ["", ""];
  #question = "";

  /**
   * @param {Ask} ask
   * @param {Store} store
   */
  constructor(ask, store) {
    this.store = store;
    this.root = fromMarkup(
      '<div class="jv-versus" data-testid="jacviz-versus">' +
        '<div><p>Why <select aria-label="the class to explain"></select> ' +
        'and not <select aria-label="the class to compare it with"></select>?</p>' +
        '<p data-fact="meaning"></p><p data-fact="odds"></p><p data-fact="here"></p></div></div>',
    );
    this.image = new MapImage();
    this.root.prepend(this.image.root);
    this.target = new FrameTarget(this.image.view, this.image.canvas);
    store.pixelTargets.add(this.target);
    this.selects = [...this.root.querySelectorAll("select")];
    this.meaning = find(this.root, "[data-fact=meaning]", HTMLElement);
    this.odds = find(this.root, "[data-fact=odds]", HTMLElement);
    this.here = find(this.root, "[data-fact=here]", HTMLElement);
    this.selects.forEach((select, i) => (select.onchange = () => this.#choose(i)));
    /** @type {RequestQueue<URLSearchParams>} */
    this.requests = new RequestQueue(ask, {
      answered: (reply) => this.#paint(reply),
      failed: (reason) => (this.odds.textContent = reason),
    });
  }

  /**
   * @param {Answer} answer
   * @param {Selected} selected
   */
  show(answer, { pixel }) {
    this.#pixel = pixel;
    const question = this.#chosenQuestion(answer.labels);
    const same = answer === this.#answer && question.toString() === this.#question;
    if (same && !this.image.outdated) return this.#showPixel();
    this.#answer = answer;
    this.#question = question.toString();
    this.#contrast = null;
    for (const select of this.selects) offerClasses(select, answer.labels);
    delete this.root.dataset.classes;
    this.requests.put(question);
  }

  hide() {
    this.requests.cancel();
    this.#answer = null;
  }

  dispose() {
    this.store.pixelTargets.delete(this.target);
  }

  /**
   * Whoever chooses the class on the other side has them change places.
   *
   * @param {number} i Which of the two was chosen.
   */
  #choose(i) {
    const { settings } = this.store;
    const [a, b] = this.selects.map((select) => select.value);
    if (a !== b) settings.set({ a, b });
    else settings.set(i === 0 ? { a, b: this.#classes[0] } : { a: this.#classes[1], b });
  }

  /** @param {Contrast} contrast */
  async #paint(contrast) {
    const answer = this.#answer;
    if (!answer) return;
    const { a, b, log_odds: odds, map } = contrast;
    const [labelA, labelB] = [answer.labels[a], answer.labels[b]];
    this.#classes = [`${a}`, `${b}`];
    this.selects.forEach((select, i) => (select.value = this.#classes[i]));
    setText(this.meaning, forAndAgainst(labelA, labelB));
    this.odds.textContent = oddsSentence(odds, labelA, labelB);
    const question = this.#question;
    await this.image.paint(map, answer, `What speaks for ${labelA} and against ${labelB}`);
    if (question !== this.#question || !this.#answer) return;
    this.root.dataset.classes = `${a},${b}`;
    this.#contrast = contrast;
    this.#showPixel();
  }

  #showPixel() {
    const pixel = this.#pixel;
    const answer = this.#answer;
    if (!this.#contrast || !answer) return;
    const value = pixel && this.#contrast.map[pixel.row * answer.width + pixel.column];
    this.here.textContent = oddsAtPixel(pixel, value);
    this.target.show(this.store.selection.latest);
  }

  /**
   * Of the two classes those that were chosen and that there are; the server takes the most likely
   * for the others.
   *
   * @param {string[]} labels
   */
  #chosenQuestion(labels) {
    const { settings } = this.store;
    const [a, b] = [settings.value("a"), settings.value("b")];
    const question = new URLSearchParams({ ask: "versus" });
    if (isClass(a, labels)) question.set("a", a);
    if (isClass(b, labels) && b !== a) question.set("b", b);
    return question;
  }
}
