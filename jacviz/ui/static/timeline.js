// The component `timeline`: the ten probabilities over the strokes, and a way back and forth.
// Its slider presses the canvas' own undo and redo, so that a stroke from here branches like them.

import { component } from "./component.js";
import { HEADER, same } from "./drawing.js";
import { moments } from "./moments.js";
import { percent } from "./numbers.js";
import { Paths } from "./paths.js";
import { Sheet } from "./sheet.js";

const SETTLE = 500; // ms that the canvas has to redraw itself after an undo or redo

class Timeline {
  constructor(parent) {
    this.sheet = new Sheet();
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
    this.unwatch = moments.watch(() => this.#show());
  }

  // One step at a time: the canvas loads a moment piece by piece, and two of them at once may end
  // in any order. Each step brings the canvas nearer or ends this.
  async #go(wanted) {
    this.wanted = wanted;
    if (this.going) return;
    this.going = true;
    while (this.wanted !== moments.at) {
      const { at } = moments;
      this.sheet.press(this.wanted < at ? "Undo" : "Redo");
      if (moments.at === at) break;
      await this.#settled(moments.change);
    }
    this.going = false;
    this.#show();
  }

  // Once the canvas shows its moment, or something else has changed.
  async #settled(change) {
    const { drawing } = moments.now;
    const until = performance.now() + SETTLE;
    while (performance.now() < until) {
      await frame();
      if (moments.change !== change) this.wanted = moments.at;
      if (moments.change !== change || same(this.sheet.read(), drawing)) return;
    }
  }

  #show() {
    const { row, at, now, forgotten } = moments;
    const answered = row.filter(({ answer }) => answer && !answer.empty);
    const shown = moments.inked.length > 1 && answered.length > 0;
    this.root.toggleAttribute("data-shown", shown);
    if (!shown) return;
    const { labels, network } = answered.includes(now) ? now.answer : answered.at(-1).answer;
    // Another network's probabilities are no part of this one's story.
    const last = row.length - 1;
    const told = row
      .map((moment, i) => ({ ...moment, x: i / last, stroke: forgotten + i }))
      .filter((moment, i) => answered.includes(row[i]) && moment.answer.network === network);
    const top = answered.includes(now) ? now.answer.top : -1;
    this.paths.paint(
      told.map(({ answer, x }) => ({ x, probabilities: answer.probabilities })),
      { labels, top, at: at / last, dots: true },
    );
    Object.assign(this.slider, { max: last, value: this.going ? this.wanted : at });
    this.words.textContent = caption(moments);
    this.slider.setAttribute("aria-valuetext", this.words.textContent);
    this.chart.setAttribute("aria-label", `Probabilities after each stroke. ${story(told)}`);
  }

  dispose() {
    this.unwatch();
    this.root.remove();
  }
}

// Hidden pages get no frames.
function frame() {
  return new Promise((done) => {
    requestAnimationFrame(done);
    setTimeout(done, 50);
  });
}

function caption({ row, at, now, forgotten }) {
  const place = `Stroke ${forgotten + at} of ${forgotten + row.length - 1}`;
  if (now.drawing && now.drawing.length <= HEADER) return `${place}: an empty sheet`;
  const opened = forgotten + at === 0;
  if (!now.answer || now.answer.empty) return opened ? "As opened" : place;
  return `${opened ? "As opened" : place}: ${likeliest(now.answer)}`;
}

function likeliest({ labels, probabilities, top }) {
  return `${labels[top]} (${percent(probabilities[top])})`;
}

function story(told) {
  return told
    .map(({ answer, stroke }) => `${stroke}: ${answer.labels[answer.top]}, ${percent(answer.probabilities[answer.top])}`)
    .join("; ");
}

export default component((parent) => new Timeline(parent));
