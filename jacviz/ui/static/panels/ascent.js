// What would make it another: the drawing changed step by step until a class is the most likely.
// A step is shown as the drawing's own answer is, by all of the page, and says what it is.

import { Asking } from "../engine/request_queue.js";
import { answers } from "../core/channel.js";
import { draw, icon } from "./icon_button.js";
import { paintInk } from "../maps/ink_image.js";
import { Paths } from "./probability_chart.js";
import { Picture } from "../maps/map_image.js";
import { settings } from "../core/settings.js";
import { decodeWay } from "../engine/answer_codec.js";
import { endWords, pathWords, runnerUp, sizeWords, wayWords } from "../text/sentences.js";

const LONGEST = 6000; // ms that playing takes
const SLOWEST = 450; // ms for a step

export class Toward {
  constructor(ask) {
    this.root = document.createElement("div");
    this.root.className = "jv-toward";
    this.root.dataset.testid = "jacviz-toward";
    this.root.innerHTML =
      '<div><p class="jv-play">Make it a <select aria-label="the class to make of it"></select></p>' +
      '<p data-fact="end"></p><p data-fact="step"></p><p data-fact="size"></p><progress></progress></div>' +
      '<figure class="jv-picture"><div class="jv-part"><canvas role="img"></canvas></div><span></span></figure>' +
      '<div class="jv-paths"><svg></svg><div class="jv-names" aria-hidden="true"></div></div>';
    this.select = this.root.querySelector("select");
    this.digit = this.root.querySelector("canvas");
    this.caption = this.root.querySelector("figure span");
    this.change = new Picture();
    this.root.querySelector("figure").after(this.change.root);
    this.paths = new Paths(...this.root.querySelector(".jv-paths").children);
    [this.end, this.step, this.size] = this.root.querySelectorAll("[data-fact]");
    this.select.onchange = () => settings.set({ target: this.select.value });
    this.#addControls(this.select.parentElement);
    this.asking = new Asking(ask, {
      answered: (reply) => this.#begin(decodeWay(reply)),
      failed: (reason) => (this.end.textContent = reason),
      slow: true,
    });
  }

  // Unless a person chose a class, it is the second most likely one.
  show(answer) {
    const drawn = answer.changed ? this.drawn : answer;
    this.#offer(answer.labels);
    const target = settings.latest.target || String(runnerUp(drawn.probabilities, drawn.top));
    this.select.value = target;
    if (drawn === this.drawn && target === this.target) return;
    this.#pause();
    Object.assign(this, { drawn, target, way: null });
    this.#back();
    this.root.toggleAttribute("data-waits", true);
    this.asking.put({ ask: "toward", target });
  }

  hide() {
    this.#pause();
    this.asking.stop();
    this.#back();
    this.drawn = null;
  }

  #offer(labels) {
    if (this.select.length === labels.length) return;
    this.select.replaceChildren(...labels.map((label, k) => new Option(label, k)));
  }

  #addControls(place) {
    icon(place, "back", "back to the drawing", () => {
      this.#pause();
      this.#go(0);
    });
    this.player = icon(place, "play", "play", () => (this.playing ? this.#pause() : this.#play()));
    icon(place, "step", "one step", () => {
      this.#pause();
      this.#go(this.at + 1);
    });
  }

  #begin(way) {
    this.way = way;
    this.root.removeAttribute("data-waits");
    this.root.dataset.steps = this.steps;
    this.end.textContent = endWords(way, this.drawn.labels);
    this.end.title = way.ending;
    this.#go(0);
  }

  get steps() {
    return this.way.answers.length - 1;
  }

  #play() {
    if (!this.way || !this.steps) return;
    if (this.at === this.steps) this.#go(0);
    draw(this.player, "pause", "pause");
    const tick = () => {
      this.#go(this.at + 1);
      if (this.at === this.steps) this.#pause();
    };
    this.playing = setInterval(tick, Math.min(SLOWEST, LONGEST / this.steps));
  }

  #pause() {
    clearInterval(this.playing);
    this.playing = null;
    draw(this.player, "play", "play");
  }

  // Show a step by all of the page; the first is the drawing.
  #go(at) {
    if (!this.way) return;
    const { way, steps, drawn } = this;
    this.at = Math.min(at, steps);
    if (this.at === 0) this.#back();
    else {
      const changed = { step: this.at, steps, target: drawn.labels[way.target] };
      answers.publish({ ...way.answers[this.at], changed });
    }
    this.#paint();
  }

  #back() {
    if (answers.latest?.changed) answers.publish(this.drawn);
  }

  #paint() {
    const { way, at, steps, drawn } = this;
    const { labels } = drawn;
    const answer = way.answers[at];
    this.step.textContent = wayWords(answer, way.target, at, steps);
    this.size.textContent = sizeWords(way.sizes[at]);
    paintInk(this.digit, answer);
    this.caption.textContent = at ? "changed" : "drawing";
    this.digit.setAttribute("aria-label", this.step.textContent);
    const change = Array.from(answer.frame, (ink, pixel) => ink - drawn.frame[pixel]);
    this.change.paint(change, answer, "What was changed: orange is ink added, blue is ink taken away", "change ");
    this.paths.paint(
      way.answers.map(({ probabilities }, i) => ({ x: i / (steps || 1), probabilities })),
      { labels, top: way.target, at: at / (steps || 1), dots: false },
    );
    this.paths.chart.setAttribute("aria-label", pathWords(way, labels));
    this.root.dataset.step = at;
  }
}
