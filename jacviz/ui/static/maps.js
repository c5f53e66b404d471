// The component `maps`: takes each answer in, shows it on the ten maps, tells the other views.

import { publish, watch } from "./answers.js";
import { tend } from "./canvas.js";
import { Figure } from "./figure.js";
import { Mosaic } from "./mosaic.js";
import { largest } from "./numbers.js";
import { loadPlotly, loadScales } from "./parts.js";
import { setNight, themeOf } from "./theme.js";
import { Titles } from "./titles.js";
import { decode } from "./wire.js";
import { INVITATION, READING_A_MAP, description, sentence } from "./words.js";

class Maps {
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "jv-maps";
    this.root.dataset.testid = "jacviz-maps";
    this.root.dataset.version = "0";
    this.root.innerHTML =
      '<div class="jv-plot" role="img"></div><p class="jv-sentence" role="status"></p>' +
      `<p class="jv-help">${READING_A_MAP}</p>`;
    [this.plot, this.sentence] = this.root.children;
    parent.append(this.root);
    this.next = null;
    this.painting = null;
    this.drawn = document.createElement("div");
    this.plot.append(this.drawn);
    this.resizing = new ResizeObserver(() => this.refit());
    this.resizing.observe(this.root);
    this.unwatch = watch((answer) => this.show(answer));
  }

  // At most one paint at a time; of the answers that arrive meanwhile, the last is painted.
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
    const maxima = answer.labels.map((_, k) => (answer.maps ? largest(answer.maps[k]) : 0));
    const most = Math.max(...maxima);
    const limits = answer.scale === "each" ? maxima : maxima.map(() => most);
    const painted = this.figure.paint(answer, limits);
    this.titles.paint(answer, maxima);
    const first = this.root.dataset.version === "0" && answer.empty;
    this.sentence.textContent = first ? INVITATION : sentence(answer);
    this.sentence.toggleAttribute("data-saturated", Boolean(answer.saturated));
    this.plot.setAttribute("aria-label", description(answer, maxima));
    await painted;
    if (!first) this.#report(answer);
  }

  #report(answer) {
    const { dataset } = this.root;
    dataset.top = answer.empty ? "" : answer.labels[answer.top];
    dataset.probability = answer.empty ? "" : answer.probabilities[answer.top].toFixed(4);
    dataset.ink = answer.frame.reduce((sum, ink) => sum + ink, 0).toFixed(2);
    dataset.space = answer.space;
    dataset.version = String(Number(dataset.version) + 1);
  }

  async #prepare({ labels, height, width }) {
    if (this.figure) return;
    const [Plotly, scales] = await Promise.all([loadPlotly(), loadScales()]);
    const mosaic = new Mosaic(labels.length, height, width);
    this.theme = themeOf(this.root);
    this.width = this.plot.clientWidth;
    const figure = new Figure(Plotly, this.drawn, mosaic, scales);
    await figure.create(this.width, this.theme);
    this.titles = new Titles(this.plot, mosaic);
    this.titles.place(this.width);
    this.scales = scales;
    this.#applyTheme();
    this.figure = figure;
  }

  #applyTheme() {
    const stops = this.scales[this.theme.name];
    setNight(this.theme);
    this.root.style.setProperty("--jv-less", stops.at(0)[1]);
    this.root.style.setProperty("--jv-more", stops.at(-1)[1]);
  }

  async refit() {
    const width = this.plot.clientWidth;
    if (!this.figure || !width || width === this.width) return;
    this.width = width;
    this.titles.place(width);
    await this.figure.resize(width);
  }

  async rethemed() {
    const theme = themeOf(this.root);
    if (!this.figure || JSON.stringify(theme) === JSON.stringify(this.theme)) return;
    this.theme = theme;
    this.#applyTheme();
    await this.figure.recolour(theme);
  }

  dispose() {
    this.unwatch();
    this.resizing.disconnect();
    this.figure?.dispose();
    this.root.remove();
  }
}

const mounted = new Map();

export default function maps({ data, parentElement }) {
  const view = mounted.get(parentElement) ?? new Maps(parentElement);
  mounted.set(parentElement, view);
  tend();
  publish(decode(data));
  view.rethemed();
  // Streamlit also runs the clean-up of a call that a newer one overtook; the view then stays.
  return () =>
    setTimeout(() => {
      if (parentElement.isConnected) return;
      mounted.get(parentElement)?.dispose();
      mounted.delete(parentElement);
    });
}
