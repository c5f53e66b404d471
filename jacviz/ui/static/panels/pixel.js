// What one pixel does: its ink, a signed bar for each class, and their sum.

import { aim } from "../core/selection.js";
import { signed } from "../text/numbers.js";
import { SPACES, inkWords, pixelWords, sumWords } from "../text/sentences.js";

const STEPS = [
  ["\u2190", "one pixel to the left", [0, -1]],
  ["\u2191", "one pixel up", [-1, 0]],
  ["\u2193", "one pixel down", [1, 0]],
  ["\u2192", "one pixel to the right", [0, 1]],
];

export class Readout {
  needs = true;

  constructor() {
    this.root = document.createElement("section");
    this.root.className = "jv-inspector";
    this.root.dataset.testid = "jacviz-inspector";
    this.root.setAttribute("aria-label", "Pixel inspector");
    this.root.innerHTML =
      '<p class="jv-words"></p><div class="jv-pixel"><dl></dl><span class="jv-steps"></span></div>' +
      '<ol class="jv-derivatives"></ol>';
    [this.words] = this.root.children;
    this.facts = this.root.querySelector("dl");
    this.bars = this.root.querySelector("ol");
    this.#addSteps();
  }

  show(answer, pixel, pinned) {
    const { labels, maps, space, frame, width } = answer;
    const at = pixel.row * width + pixel.column;
    const derivatives = labels.map((_, k) => maps[k][at]);
    this.answer = answer;
    this.words.setAttribute("aria-live", pinned ? "polite" : "off");
    this.words.textContent = pixelWords(answer, derivatives, pixel, pinned);
    const sum = derivatives.reduce((total, derivative) => total + derivative, 0);
    const longest = Math.max(...derivatives.map(Math.abs));
    this.#showFacts([
      ["ink", inkWords(frame[at])],
      ["sum", sumWords(space, sum)],
    ]);
    this.#showBars(labels, derivatives, longest, space);
  }

  hide() {}

  #showFacts(facts) {
    this.facts.replaceChildren(
      ...facts.flatMap(([name, value]) => {
        const [term, words] = [document.createElement("dt"), document.createElement("dd")];
        term.textContent = name;
        words.textContent = value;
        words.dataset.fact = name;
        return [term, words];
      }),
    );
  }

  #showBars(labels, derivatives, longest, space) {
    if (this.bars.childElementCount !== labels.length) {
      this.bars.replaceChildren(
        ...labels.map((label) => {
          const row = document.createElement("li");
          row.innerHTML = "<b></b><i><u></u></i><span></span>";
          row.firstChild.textContent = label;
          return row;
        }),
      );
      this.bars.style.setProperty("--rows", Math.ceil(labels.length / 2));
    }
    this.bars.setAttribute("aria-label", `Derivative of each digit's ${SPACES[space].name}`);
    [...this.bars.children].forEach((row, k) => {
      const [, bar, number] = row.children;
      const share = longest ? derivatives[k] / longest : 0;
      bar.firstChild.className = share < 0 ? "jv-less" : "jv-more";
      Object.assign(bar.firstChild.style, {
        left: `${50 + 50 * Math.min(0, share)}%`,
        width: `${50 * Math.abs(share)}%`,
      });
      number.textContent = signed(derivatives[k]);
    });
  }

  // For fingers, which cannot press arrow keys.
  #addSteps() {
    const steps = this.root.querySelector(".jv-steps");
    const add = (sign, words, act) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: sign, title: words, onclick: act });
      button.setAttribute("aria-label", words);
      steps.append(button);
    };
    for (const [sign, words, step] of STEPS) add(sign, words, () => aim.move(...step, this.answer));
    add("\u00d7", "let go of this pixel", () => aim.letGo());
  }
}
