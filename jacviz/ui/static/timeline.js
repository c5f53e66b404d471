// The component `timeline`: the ten probabilities over the strokes, and a way back and forth.
// Its slider presses the canvas' own undo and redo, so that a stroke from here branches like them.

import { answers, drawings } from "./channels.js";
import { component } from "./component.js";
import { Moments } from "./moments.js";
import { percent } from "./numbers.js";
import { Sheet } from "./sheet.js";

const NAMED = 0.1; // a class that was ever as likely has its name beside its line
const APART = 13; // pixels between two names
const REFUSED = 3000; // ms until an undo that changed nothing counts as refused

class Timeline {
  constructor(parent) {
    this.sheet = new Sheet();
    this.moments = new Moments();
    this.root = document.createElement("div");
    this.root.className = "jv-timeline";
    this.root.dataset.testid = "jacviz-timeline";
    this.root.innerHTML =
      '<div class="jv-strokes"><svg preserveAspectRatio="none" viewBox="0 0 1 1" role="img"></svg>' +
      '<input type="range" min="0" step="1" aria-label="Strokes on the sheet"></div>' +
      '<div class="jv-names" aria-hidden="true"></div><p></p>';
    [this.strokes, this.names, this.words] = this.root.children;
    [this.chart, this.slider] = this.strokes.children;
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
    this.chart.innerHTML = labels
      .map((_, k) => {
        const line = told.map(({ answer, x }) => `${x},${1 - answer.probabilities[k]}`).join(" ");
        const dots = told.map(
          ({ answer, x }) => `<path d="M${x} ${1 - answer.probabilities[k]}h0"></path>`,
        );
        const named = told.some(({ answer }) => answer.probabilities[k] >= NAMED);
        const state = k === top ? "data-top" : named ? "data-named" : "";
        return `<g ${state}><polyline points="${line}"></polyline>${dots.join("")}</g>`;
      })
      .join("");
    this.chart.innerHTML += `<line x1="${at / row.length}" x2="${at / row.length}" y1="0" y2="1"></line>`;
    this.#name(told.at(-1)?.answer, top);
    Object.assign(this.slider, { max: row.length, value: this.going ? this.wanted : at });
    const now = at
      ? `${labels[top]} (${percent(row[at - 1].answer.probabilities[top])})`
      : "an empty sheet";
    this.words.textContent = `Stroke ${at} of ${row.length}: ${now}`;
    this.slider.setAttribute("aria-valuetext", this.words.textContent);
    this.chart.setAttribute("aria-label", `Probabilities after each stroke. ${story(told)}`);
  }

  // The likely classes' names at the end of their lines, none on top of another.
  #name(answer, top) {
    const ends = [];
    answer?.probabilities.forEach((p, k) => p >= NAMED && ends.push({ k, p }));
    ends.sort((one, other) => other.p - one.p);
    const height = this.chart.clientHeight || 38;
    let last = -Infinity;
    this.names.replaceChildren(
      ...ends.map(({ k, p }) => {
        const name = document.createElement("b");
        name.textContent = answer.labels[k];
        last = Math.max((1 - p) * height, last + APART);
        name.style.top = `${last}px`;
        name.toggleAttribute("data-top", k === top);
        return name;
      }),
    );
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
