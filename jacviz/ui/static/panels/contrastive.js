// Why a, and not b: what speaks for one class against another, as a map of the log-odds.

import { aim, targets } from "../core/selection.js";
import { Asking, parsed } from "../engine/request_queue.js";
import { signed } from "../text/numbers.js";
import { Picture } from "../maps/map_image.js";
import { settings } from "../core/settings.js";
import { FrameTarget } from "../maps/targets.js";
import { forAndAgainst, hereWords, oddsWords } from "../text/sentences.js";

export class Versus {
  constructor(ask) {
    this.root = document.createElement("div");
    this.root.className = "jv-versus";
    this.root.dataset.testid = "jacviz-versus";
    this.root.innerHTML =
      '<div><p>Why <select aria-label="the class to explain"></select> ' +
      'and not <select aria-label="the class to compare it with"></select>?</p>' +
      '<p data-fact="meaning"></p><p data-fact="odds"></p><p data-fact="here"></p></div>';
    this.picture = new Picture();
    this.root.prepend(this.picture.root);
    this.target = new FrameTarget(this.picture.view, this.picture.canvas);
    targets.add(this.target);
    this.selects = [...this.root.querySelectorAll("select")];
    [this.meaning, this.odds, this.here] = this.root.querySelectorAll("[data-fact]");
    this.selects.forEach((select, i) => (select.onchange = () => this.#choose(i)));
    this.asking = new Asking(ask, {
      answered: (reply) => this.#paint(parsed(reply)),
      failed: (reason) => (this.odds.textContent = reason),
    });
  }

  show(answer, pixel) {
    this.pixel = pixel;
    const question = chosen();
    const same = answer === this.answer && question.toString() === this.question;
    if (same && !this.picture.faded) return this.#point();
    Object.assign(this, { answer, question: question.toString(), found: null });
    for (const select of this.selects) {
      if (select.length === answer.labels.length) continue;
      select.replaceChildren(...answer.labels.map((label, k) => new Option(label, k)));
    }
    delete this.root.dataset.classes;
    this.asking.put(question);
  }

  hide() {
    this.asking.stop();
    this.answer = null;
  }

  dispose() {
    targets.delete(this.target);
  }

  // Whoever chooses the class on the other side has them change places.
  #choose(i) {
    const [a, b] = this.selects.map((select) => select.value);
    if (a !== b) settings.set({ a, b });
    else settings.set(i === 0 ? { a, b: this.classes[0] } : { a: this.classes[1], b });
  }

  async #paint(found) {
    const { a, b, log_odds: odds, map } = found;
    const { labels } = this.answer;
    const [for_, against] = [labels[a], labels[b]];
    this.classes = [String(a), String(b)];
    [this.selects[0].value, this.selects[1].value] = this.classes;
    this.meaning.innerHTML = forAndAgainst(for_, against);
    this.odds.textContent = oddsWords(odds, for_, against);
    const { question } = this;
    await this.picture.paint(map, this.answer, `What speaks for ${for_} and against ${against}`);
    if (question !== this.question || !this.answer) return;
    this.root.dataset.classes = `${a},${b}`;
    this.found = found;
    this.#point();
  }

  #point() {
    const { pixel, answer, found } = this;
    if (!found) return;
    const value = pixel && found.map[pixel.row * answer.width + pixel.column];
    this.here.textContent = hereWords(pixel, value === null ? null : signed(value));
    this.target.show(aim.latest);
  }
}

// Of the two classes those that were chosen; the others are the most likely.
function chosen() {
  const { a, b } = settings.latest;
  const question = new URLSearchParams({ ask: "versus" });
  if (a) question.set("a", a);
  if (b && b !== a) question.set("b", b);
  return question;
}
