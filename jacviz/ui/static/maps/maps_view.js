// The view of the ten maps: paints each answer into the figure and says what it painted.

import { targets } from "../core/selection.js";
import { answers } from "../core/channel.js";
import { Figure } from "./figure.js";
import { Mosaic } from "./mosaic.js";
import { signed } from "../text/numbers.js";
import { loadPlotly, loadScales } from "../core/assets.js";
import { shares } from "./normalise.js";
import { MapsTarget } from "./targets.js";
import { setNight, themeOf } from "../core/theme.js";
import { Titles } from "./titles.js";
import { INVITATION, KEYS, SPACES, description, explanation, sentence } from "../text/sentences.js";

const REST = 40; // ms after a painting until hover words follow; the next picture goes first

export class Maps {
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "jv-maps";
    this.root.dataset.testid = "jacviz-maps";
    this.root.dataset.version = "0";
    this.root.innerHTML =
      '<div class="jv-plot" role="img"><div></div></div><p class="jv-sentence" role="status"></p>' +
      '<div class="jv-foot"><div class="jv-tabs" role="tablist" aria-label="What to ask"></div>' +
      '<div class="jv-panel" role="tabpanel"><p class="jv-help"></p></div></div>' +
      `<div class="jv-layer" tabindex="0" role="application" aria-label="${KEYS}"></div>`;
    // `foot` is the panel's and `layer` the inspector's: squares over the maps.
    [this.plot, this.sentence, this.foot, this.layer] = this.root.children;
    this.help = this.foot.querySelector(".jv-help");
    this.target = new MapsTarget(this.plot, this.layer);
    targets.add(this.target);
    this.say(INVITATION);
    parent.append(this.root);
    this.scale = "shared";
    this.next = null;
    this.painting = null;
    this.resizing = new ResizeObserver(() => this.#refit());
    this.resizing.observe(this.plot);
    this.unwatch = answers.watch((answer) => this.show(answer));
  }

  // scale: "shared", one colour scale for all maps, or "each", its own for each.
  // kinds: what the page says of each kind of map, by its name. method: the kind wished for.
  wish({ scale, kinds, method }) {
    this.kinds = kinds;
    if (!this.answer) this.#help(explanation({ method }, kinds[method]));
    this.#retheme();
    if (scale === this.scale) return;
    this.scale = scale;
    if (this.answer) this.show(this.answer);
  }

  // Say something that is no answer, until the next one.
  say(words) {
    this.sentence.textContent = words;
  }

  // At most one painting at a time; of the answers that arrive meanwhile, the last is painted.
  show(answer) {
    this.next = answer;
    this.painting ??= this.#paintAll().finally(() => (this.painting = null));
  }

  async #paintAll() {
    while (this.next) {
      const answer = this.next;
      this.next = null;
      await this.#paint(answer);
    }
  }

  async #paint(answer) {
    await this.#prepare(answer);
    this.answer = answer;
    const { empty, exact } = answer;
    const { share, most } = shares(answer, this.scale === "each");
    const kind = this.kinds[answer.method];
    this.titles.paint(answer, kind, most);
    this.#help(explanation(answer, kind));
    const untouched = empty && this.root.dataset.version === "0";
    this.say(untouched ? INVITATION : sentence(answer));
    this.sentence.toggleAttribute("data-changed", Boolean(answer.changed));
    await this.figure.paint(share, this.#colours());
    if (!untouched) this.#report(answer);
    clearTimeout(this.resting);
    if (exact) this.resting = setTimeout(() => this.#explain(answer), REST);
  }

  // Most answers leave it as it is.
  #help(words) {
    if (words === this.helped) return;
    this.helped = words;
    this.help.innerHTML = words;
  }

  #report(answer) {
    const { dataset } = this.root;
    dataset.top = answer.empty ? "" : answer.labels[answer.top];
    dataset.probability = answer.empty ? "" : answer.probabilities[answer.top].toFixed(4);
    dataset.ink = answer.frame.reduce((sum, ink) => sum + ink, 0).toFixed(2);
    dataset.space = answer.space;
    dataset.network = answer.network;
    dataset.method = answer.method;
    dataset.exact = answer.exact;
    dataset.step = answer.changed?.step ?? "";
    dataset.version = String(Number(dataset.version) + 1);
  }

  async #explain(answer) {
    const kind = this.kinds[answer.method];
    this.plot.setAttribute("aria-label", description(answer, kind));
    const { labels, width, frame, maps, space, empty } = answer;
    const numbers = labels.map((label) => kind.pixel.replace("{}", `${SPACES[space].symbol}(${label})`));
    const words = (k, pixel) =>
      empty
        ? ""
        : `digit ${labels[k]} · row ${Math.floor(pixel / width)}, column ${pixel % width}<br>` +
          `ink ${frame[pixel].toFixed(2)}<br>` +
          `${numbers[k]} = ${signed(maps[k][pixel])}`;
    await this.figure.explain(words);
  }

  async #prepare({ labels, height, width }) {
    if (this.figure) return;
    const [Plotly, scales] = await Promise.all([loadPlotly(), loadScales()]);
    const mosaic = new Mosaic(labels.length, height, width);
    this.scales = scales;
    this.theme = themeOf(this.root);
    this.width = this.plot.clientWidth;
    const figure = new Figure(Plotly, this.plot.firstChild, mosaic);
    await figure.create(this.width, this.theme, this.#colours());
    this.titles = new Titles(this.plot, mosaic);
    this.titles.place(this.width);
    this.target.place(mosaic);
    this.figure = figure;
    this.#applyTheme();
  }

  async #refit() {
    const width = this.plot.clientWidth;
    if (!this.figure || !width || width === this.width) return;
    this.width = width;
    this.titles.place(width);
    await this.figure.resize(width);
  }

  async #retheme() {
    const theme = themeOf(this.root);
    if (!this.figure || JSON.stringify(theme) === JSON.stringify(this.theme)) return;
    this.theme = theme;
    this.#applyTheme();
    await this.figure.recolour(theme, this.#colours());
    if (this.answer) this.show(this.answer);
  }

  #colours() {
    return this.scales[this.theme.name];
  }

  #applyTheme() {
    const { stops } = this.#colours();
    this.root.style.setProperty("--jv-less", stops.at(3)[1]);
    this.root.style.setProperty("--jv-more", stops.at(-4)[1]);
    setNight(this.theme);
  }

  dispose() {
    this.unwatch();
    targets.delete(this.target);
    clearTimeout(this.resting);
    this.resizing.disconnect();
    this.figure?.dispose();
    this.root.remove();
  }
}
