// Are these maps right? The server differentiates once more, numerically and in double precision.

import { Asking, parsed } from "../engine/request_queue.js";
import { CHECK, checkWords, placeWords, restWords } from "../text/sentences.js";

const SOME = 64; // pixels, at random

export class Check {
  constructor(ask) {
    this.root = document.createElement("div");
    this.root.className = "jv-check";
    this.root.dataset.testid = "jacviz-check";
    this.root.innerHTML =
      `<p>${CHECK}</p><p><button type="button">Check these maps</button> ` +
      '<button type="button">Check every pixel</button> <progress></progress></p>' +
      '<div role="status"><p data-fact="verdict"></p><p data-fact="worst"></p><p data-fact="rest"></p></div>';
    const [some, every] = this.root.querySelectorAll("button");
    some.onclick = () => this.#ask({ pixels: SOME });
    every.onclick = () => this.#ask({});
    [this.verdict, this.worst, this.rest] = this.root.querySelectorAll("[data-fact]");
    this.asking = new Asking(ask, {
      answered: (reply) => this.#paint(parsed(reply)),
      failed: (reason) => (this.verdict.textContent = reason),
      slow: true,
    });
  }

  show(answer) {
    this.answer = answer;
    this.root.toggleAttribute("data-stale", Boolean(this.found && answer !== this.found.answer));
    if (this.found) this.#say();
  }

  hide() {
    this.asking.stop();
    this.root.removeAttribute("data-waits");
  }

  #ask(pixels) {
    this.root.toggleAttribute("data-waits", true);
    this.asking.put({ ask: "check", ...pixels });
  }

  #paint(found) {
    this.found = { ...found, answer: this.answer };
    this.root.removeAttribute("data-waits");
    this.show(this.answer);
  }

  #say() {
    const { found } = this;
    const stale = found.answer !== this.answer;
    this.verdict.textContent = checkWords(found, stale);
    this.worst.textContent = placeWords(found, found.answer.labels);
    this.rest.textContent = restWords(found);
    this.root.dataset.passed = found.passed;
  }
}
