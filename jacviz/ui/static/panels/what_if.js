// What if there were more ink, or less, under a brush at a pixel: what the Jacobian predicts for
// every amount, beside what the network really says.

import { Asking, parsed } from "../engine/request_queue.js";
import { signed, significant } from "../text/numbers.js";
import { WhatIfPlot } from "./what_if_plot.js";
import { amountWords, brushWords } from "../text/sentences.js";

const SHOWN = 5; // classes, those that move most
const RADII = [0, 1, 2, 3];
const REST = 80; // ms until a pixel that the pointer runs over is asked about

export class WhatIf {
  needs = true;

  constructor(ask) {
    this.root = document.createElement("div");
    this.root.className = "jv-whatif";
    this.root.dataset.testid = "jacviz-what-if";
    this.root.innerHTML =
      '<div class="jv-brush"><b></b><fieldset aria-label="radius of the brush">radius</fieldset>' +
      '<label>ink added <output></output><input type="range" min="-1" max="1" step="0.05" value="0.5"></label>' +
      '<small></small></div><div class="jv-whatif-plot"></div>' +
      "<table><thead><tr><td></td><th class='jv-predicted'>predicted</th><th class='jv-true'>true</th></tr></thead><tbody></tbody></table>";
    this.place = this.root.querySelector("b");
    this.slider = this.root.querySelector("input[type=range]");
    this.output = this.root.querySelector("output");
    this.notes = this.root.querySelector("small");
    this.table = this.root.querySelector("tbody");
    this.plot = new WhatIfPlot(this.root.querySelector(".jv-whatif-plot"));
    this.#addRadii();
    this.slider.oninput = () => this.#showAmount();
    this.asking = new Asking(ask, {
      answered: (reply, question) => this.#paint(parsed(reply), question),
      failed: (reason) => (this.notes.textContent = reason),
    });
  }

  show(answer, pixel) {
    const same = answer === this.answer && pixel === this.pixel;
    Object.assign(this, { answer, pixel });
    this.place.textContent = `Row ${pixel.row}, column ${pixel.column}`;
    if (!same) this.#ask(REST);
  }

  hide() {
    this.asking.stop();
    this.answer = null;
  }

  #ask(wait = 0) {
    const { row, column } = this.pixel;
    const radius = this.root.querySelector("input[type=radio]:checked").value;
    this.root.toggleAttribute("data-waits", true);
    this.asking.put({ ask: "what-if", row, column, radius }, wait);
  }

  #paint(found, { row, column, radius }) {
    const { labels } = this.answer;
    this.found = found;
    const here = found.amounts.indexOf(0);
    const moves = (k) => Math.max(...found.true.map((p) => Math.abs(p[k] - found.true[here][k])));
    const order = labels.map((_, k) => k).sort((a, b) => moves(b) - moves(a));
    this.shown = order.slice(0, SHOWN);
    this.plot.paint(found, here, this.shown, labels);
    this.#showAmount();
    this.root.toggleAttribute("data-waits", false);
    this.root.dataset.pixel = `${row},${column},${radius}`;
  }

  #showAmount() {
    const amount = Number(this.slider.value);
    this.output.textContent = signed(amount, 2);
    if (!this.found) return;
    const { amounts, predicted, room } = this.found;
    const at = amounts.findIndex((one) => Math.abs(one - amount) < 1e-6);
    this.table.replaceChildren(
      ...this.shown.map((k, i) => {
        const row = document.createElement("tr");
        row.className = `jv-class-${i}`;
        add(row, "th", this.answer.labels[k]);
        for (const p of [predicted[at][k], this.found.true[at][k]]) {
          add(row, "td", significant(p, 3));
        }
        return row;
      }),
    );
    this.notes.textContent = amountWords(amount, room);
    this.plot.mark(amount);
  }

  #addRadii() {
    const set = this.root.querySelector("fieldset");
    for (const radius of RADII) {
      const label = add(set, "label", "");
      label.innerHTML = `<input type="radio" name="jv-radius" value="${radius}">${radius}`;
      label.title = brushWords(radius);
      label.firstChild.checked = radius === 0;
      label.firstChild.onchange = () => this.#ask();
    }
  }
}

function add(parent, name, words) {
  const element = document.createElement(name);
  element.textContent = words;
  parent.append(element);
  return element;
}
