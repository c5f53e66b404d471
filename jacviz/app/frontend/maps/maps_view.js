/** @import { ColourScales } from "../core/assets.js" */
/** @import { TextPart } from "../core/elements.js" */
/** @import { Answer, AttributionText, ModelText, Theme } from "../core/types.js" */
/** @import { Store } from "../state/store.js" */

import { loadColourScales, loadPlotly } from "../core/assets.js";
import { escapeHtml, find, fromMarkup, setText } from "../core/elements.js";
import { invertPaper, themeOf } from "../core/theme.js";
import { KEYS_HELP, SPACES, invitation, modelOf } from "../text/messages.js";
import { signed } from "../text/numbers.js";
import { explanation, mapsDescription, reading } from "../text/sentences.js";
import { Figure } from "./figure.js";
import { Mosaic } from "./mosaic.js";
import { normalise } from "./normalise.js";
import { MapsTarget } from "./targets.js";
import { Titles } from "./titles.js";

// From a painting until its hover texts follow: the next picture goes first.
const HOVER_TEXT_DELAY_MS = 40;

/** @typedef {Record<string, AttributionText>} AttributionTexts By the attribution's name. */

/**
 * What is made once an answer tells how many maps there are, and how large.
 *
 * @typedef {object} Painted
 * @property {Figure} figure
 * @property {Titles} titles
 * @property {ColourScales} scales
 */

/** The view of the maps: paints each answer into the figure and says what it painted. */
export class MapsView {
  /** @type {Painted | null} */
  #painted = null;
  /** @type {Answer | null} */
  #answer = null;
  /** @type {Answer | null} The next one to paint. */
  #next = null;
  /** @type {Promise<void> | null} */
  #painting = null;
  #ownScales = false;
  /** @type {AttributionTexts} */
  #attributions = {};
  /** @type {Theme} */
  #theme;
  #width = 0;
  #helpText = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #hoverTimer;
  // Whether another answer is to be expected to what is on the canvas.
  #waiting = true;

  /**
   * @param {HTMLElement} parent
   * @param {Store} store
   */
  constructor(parent, store) {
    this.store = store;
    this.root = fromMarkup(
      '<div class="jv-maps" data-testid="jacviz-maps" data-version="0" data-settled="false">' +
        '<div class="jv-plot" role="img"><div></div></div>' +
        '<p class="jv-sentence" role="status"></p><p class="jv-note" role="status"></p>' +
        '<div class="jv-foot"><div class="jv-tabs" role="tablist" aria-label="What to ask"></div>' +
        '<div class="jv-panel" role="tabpanel"><p class="jv-help"></p></div></div>' +
        '<div class="jv-layer" tabindex="0" role="application"></div></div>',
    );
    this.plot = find(this.root, ".jv-plot", HTMLElement);
    this.sentence = find(this.root, ".jv-sentence", HTMLElement);
    this.noteLine = find(this.root, ".jv-note", HTMLElement);
    this.help = find(this.root, ".jv-help", HTMLElement);
    // `foot` is the panels' and `layer` the inspector's: squares over the maps.
    this.foot = find(this.root, ".jv-foot", HTMLElement);
    this.layer = find(this.root, ".jv-layer", HTMLElement);
    this.layer.setAttribute("aria-label", KEYS_HELP);
    this.target = new MapsTarget(this.plot, this.layer);
    store.pixelTargets.add(this.target);
    parent.append(this.root);
    this.#theme = themeOf(this.root);
    this.resizing = new ResizeObserver(() => this.#refit());
    this.resizing.observe(this.plot);
    this.unsubscribe = store.answers.subscribe((answer) => this.show(answer));
  }

  /**
   * Set how the maps are looked at.
   *
   * @param {object} options
   * @param {string} options.scale "shared", one colour scale for all maps, or "each", its own.
   * @param {AttributionTexts} options.attributions
   * @param {string} options.method The attribution that is chosen.
   * @param {ModelText} options.model
   */
  configure({ scale, attributions, method, model }) {
    this.#attributions = attributions;
    if (!this.#answer) {
      this.say(invitation(model));
      this.#setHelp(explanation({ method, residual: undefined }, attributions[method], model));
    }
    this.#retheme();
    const ownScales = scale === "each";
    if (ownScales === this.#ownScales) return;
    this.#ownScales = ownScales;
    if (this.#answer) this.show(this.#answer);
  }

  /**
   * Say something that is no answer, until the next one.
   *
   * @param {string} text
   */
  say(text) {
    this.sentence.textContent = text;
  }

  /**
   * Say who computes, or what is wrong with that, until told otherwise.
   *
   * @param {string | null} text
   */
  note(text) {
    this.noteLine.textContent = text ?? "";
    this.noteLine.title = text ?? "";
  }

  /**
   * Say whether another answer is to be expected to what is on the canvas. Once none is, and the
   * last one is painted with its words, the root has `data-settled="true"`.
   *
   * @param {boolean} waiting
   */
  setWaiting(waiting) {
    this.#waiting = waiting;
    this.#reportSettled();
  }

  #reportSettled() {
    const settled = `${!this.#waiting && !this.#painting && this.#hoverTimer === undefined}`;
    if (this.root.dataset.settled !== settled) this.root.dataset.settled = settled;
  }

  /**
   * Paint an answer. At most one is painted at a time; of those that arrive meanwhile, the last is
   * painted next.
   *
   * @param {Answer} answer
   */
  show(answer) {
    this.#next = answer;
    this.#painting ??= this.#paintAll().finally(() => {
      this.#painting = null;
      this.#reportSettled();
    });
    this.#reportSettled();
  }

  dispose() {
    this.unsubscribe();
    this.store.pixelTargets.delete(this.target);
    clearTimeout(this.#hoverTimer);
    this.resizing.disconnect();
    this.#painted?.figure.dispose();
    this.root.remove();
  }

  async #paintAll() {
    while (this.#next) {
      const answer = this.#next;
      this.#next = null;
      await this.#paint(answer);
    }
  }

  /** @param {Answer} answer */
  async #paint(answer) {
    const { figure, titles, scales } = await this.#prepare(answer);
    const confirmed = this.#answer !== null && answer.confirms === this.#answer;
    this.#answer = answer;
    const { empty, exact } = answer;
    if (confirmed) return this.#confirm(answer);
    const { share, limit } = normalise(answer, this.#ownScales);
    const attribution = this.#attributions[answer.method];
    titles.paint(answer, attribution, limit);
    this.#setHelp(explanation(answer, attribution, modelOf(answer)));
    const untouched = empty && this.root.dataset.version === "0";
    this.say(untouched ? invitation(modelOf(answer)) : reading(answer));
    this.sentence.toggleAttribute("data-changed", Boolean(answer.changed));
    await figure.paint(share, scales[this.#theme.name]);
    if (!untouched) this.#report(answer);
    this.#explainLater(exact ? answer : null);
  }

  /**
   * What is seen is the picture of these numbers already.
   *
   * @param {Answer} answer
   */
  #confirm(answer) {
    this.root.dataset.confirmed = "true";
    this.#explainLater(answer);
  }

  /** @param {Answer | null} answer Null while the pen moves. */
  #explainLater(answer) {
    clearTimeout(this.#hoverTimer);
    this.#hoverTimer = answer
      ? setTimeout(() => this.#explainAtRest(answer), HOVER_TEXT_DELAY_MS)
      : undefined;
  }

  /** @param {Answer} answer */
  async #explainAtRest(answer) {
    const timer = this.#hoverTimer;
    await this.#explain(answer);
    if (this.#hoverTimer === timer) this.#hoverTimer = undefined;
    this.#reportSettled();
  }

  /**
   * Most answers leave it as it is.
   *
   * @param {TextPart[]} parts
   */
  #setHelp(parts) {
    const text = JSON.stringify(parts);
    if (text === this.#helpText) return;
    this.#helpText = text;
    setText(this.help, parts);
  }

  /** @param {Answer} answer */
  #report(answer) {
    const { dataset } = this.root;
    dataset.top = answer.empty ? "" : answer.labels[answer.top];
    dataset.probability = answer.empty ? "" : answer.probabilities[answer.top].toFixed(4);
    dataset.ink = answer.frame.reduce((sum, ink) => sum + ink, 0).toFixed(2);
    dataset.space = answer.space;
    dataset.network = answer.network;
    dataset.method = answer.method;
    dataset.exact = `${answer.exact}`;
    dataset.engine = answer.engine;
    dataset.confirmed = `${answer.engine === "server"}`;
    dataset.step = `${answer.changed?.step ?? ""}`;
    dataset.version = `${Number(dataset.version) + 1}`;
  }

  /** @param {Answer} answer */
  async #explain(answer) {
    const attribution = this.#attributions[answer.method];
    this.plot.setAttribute("aria-label", mapsDescription(answer, attribution));
    const { width, frame, maps, space, empty } = answer;
    const noun = escapeHtml(answer.noun);
    const labels = answer.labels.map(escapeHtml);
    const values = labels.map((label) =>
      attribution.pixel.replace("{}", () => `${SPACES[space].symbol}(${label})`),
    );
    await this.#painted?.figure.setHoverTexts((k, pixel) =>
      empty
        ? ""
        : `${noun} ${labels[k]} · row ${Math.floor(pixel / width)}, column ${pixel % width}<br>` +
          `ink ${frame[pixel].toFixed(2)}<br>` +
          `${values[k]} = ${signed(maps[k][pixel])}`,
    );
  }

  /**
   * Another model may have other maps: then everything is made anew.
   *
   * @param {Answer} answer
   * @returns {Promise<Painted>}
   */
  async #prepare({ labels, height, width }) {
    const mosaic = new Mosaic(labels.length, height, width);
    if (this.#painted?.figure.mosaic.equals(mosaic)) return this.#painted;
    this.#clear();
    this.#painted = await this.#create(mosaic);
    return this.#painted;
  }

  #clear() {
    clearTimeout(this.#hoverTimer);
    this.#hoverTimer = undefined;
    this.#painted?.figure.dispose();
    this.#painted?.titles.dispose();
    this.#painted = null;
  }

  /**
   * @param {Mosaic} mosaic
   * @returns {Promise<Painted>}
   */
  async #create(mosaic) {
    const [plotly, scales] = await Promise.all([loadPlotly(), loadColourScales()]);
    this.#theme = themeOf(this.root);
    this.#width = this.plot.clientWidth;
    const figure = new Figure(plotly, find(this.plot, "div", HTMLElement), mosaic);
    await figure.create(this.#width, this.#theme, scales[this.#theme.name]);
    const titles = new Titles(this.plot, mosaic);
    titles.place(this.#width);
    this.target.place(mosaic);
    this.#applyTheme(scales);
    return { figure, titles, scales };
  }

  async #refit() {
    const width = this.plot.clientWidth;
    if (!this.#painted || !width || width === this.#width) return;
    this.#width = width;
    this.#painted.titles.place(width);
    await this.#painted.figure.resize(width);
  }

  async #retheme() {
    const theme = themeOf(this.root);
    if (!this.#painted || JSON.stringify(theme) === JSON.stringify(this.#theme)) return;
    const { figure, scales } = this.#painted;
    this.#theme = theme;
    this.#applyTheme(scales);
    await figure.recolour(theme, scales[theme.name]);
    if (this.#answer) this.show(this.#answer);
  }

  /** @param {ColourScales} scales */
  #applyTheme(scales) {
    const { stops } = scales[this.#theme.name];
    this.root.style.setProperty("--jv-less", stops[3][1]);
    this.root.style.setProperty("--jv-more", stops[stops.length - 4][1]);
    invertPaper(this.#theme);
  }
}
