// The component `timeline`: the ten probabilities over the strokes, and a way back and forth.
// Its slider presses the canvas' own undo and redo, so that a stroke from here branches like them.

import { answers, drawings } from "../core/channel.js";
import { component } from "../core/mount.js";
import { Moments } from "../canvas/history.js";
import { percent } from "../text/numbers.js";
import { Paths } from "../panels/probability_chart.js";
import { Sheet } from "../canvas/adapter.js";

const REFUSED = 3000; // ms until an undo that changed nothing counts as refused

class Timeline {
  constructor(parent) {
    this.sheet = new Sheet();
    this.moments = new Moments();
    this.root = document.createElement("div");
    this.root.className = "jv-timeline";
    this.root.dataset.testid = "jacviz-timeline";
    this.root.innerHTML =
      '<div class="jv-strokes jv-paths"><svg></svg>' +
      '<input type="range" min="0" step="1" aria-label="Strokes on the sheet"></div>' +
      '<div class="jv-names" aria-hidden="true"></div><p></p>';
    [this.strokes, this.names, this.words] = this.root.children;
    [this.chart, this.slider] = this.strokes.children;
    this.paths = new Paths(this.chart, this.names);
    this.slider.addEventListener("input", () => this.#go(Number(this.slider.value)));
    parent.append(this.root);
    this.unwatch = drawings.watch((drawing) => this.#note(drawing));
    this.#show();
  }

  #note(drawing) {
    const fresh = !this.sheet.offers("Undo") && !this.sheet.offers("Redo");
    this.moments.note(drawing, answers.latest, fresh);
    this.noted?.();
    this.#show();
  }

  // One step at a time, each after the one before has been answered.
  async #go(wanted) {
    this.wanted = wanted;
    if (this.going) return;
    this.going = true;
    while (this.wanted !== this.moments.at) {
      const before = this.moments.at;
      const noted = new Promise((done) => (this.noted = done));
      this.sheet.press(this.wanted < before ? "Undo" : "Redo");
      await Promise.race([noted, new Promise((done) => setTimeout(done, REFUSED))]);
      if (this.moments.at === before) break;
    }
    this.going = false;
    this.#show();
  }

  #show() {
    const { row, at } = this.moments;
    this.root.toggleAttribute("data-shown", row.length > 1);
    if (row.length < 2) return;
    const { labels, network } = (row[at - 1] ?? row.at(-1)).answer;
    // Another network's probabilities are no part of this one's story.
    const points = row.map(({ answer }, i) => ({ answer, x: (i + 1) / row.length }));
    const told = points.filter(({ answer }) => answer.network === network);
    const top = at ? row[at - 1].answer.top : -1;
    this.paths.paint(
      told.map(({ answer, x }) => ({ x, probabilities: answer.probabilities })),
      { labels, top, at: at / row.length, dots: true },
    );
    Object.assign(this.slider, { max: row.length, value: this.going ? this.wanted : at });
    const now = at
      ? `${labels[top]} (${percent(row[at - 1].answer.probabilities[top])})`
      : "an empty sheet";
    this.words.textContent = `Stroke ${at} of ${row.length}: ${now}`;
    this.slider.setAttribute("aria-valuetext", this.words.textContent);
    this.chart.setAttribute("aria-label", `Probabilities after each stroke. ${story(told)}`);
  }

  dispose() {
    this.unwatch();
    this.root.remove();
  }
}

function story(told) {
  return told
    .map(({ answer }, i) => `${i + 1}: ${answer.labels[answer.top]}, ${percent(answer.probabilities[answer.top])}`)
    .join("; ");
}

export default component((parent) => new Timeline(parent));
