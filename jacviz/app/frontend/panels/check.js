/** @import { Answer, Ask } from "../core/types.js" */
/** @import { CheckReport } from "../text/panel_sentences.js" */

import { find, fromMarkup } from "../core/elements.js";
import { RequestQueue } from "../server/request_queue.js";
import { CHECK_HELP } from "../text/messages.js";
import { checkDetails, checkVerdict, worstError } from "../text/panel_sentences.js";

const SOME_PIXELS = "64"; // at random

/** Are these maps right? The server differentiates again, numerically and in double precision. */
export class CheckPanel {
  /** @type {Answer | null} */
  #answer = null;
  /** @type {{ report: CheckReport, answer: Answer } | null} The last check, and of what. */
  #checked = null;

  /** @param {Ask} ask */
  constructor(ask) {
    this.root = fromMarkup(
      '<div class="jv-check" data-testid="jacviz-check"><p></p>' +
        '<p><button type="button">Check these maps</button> ' +
        '<button type="button">Check every pixel</button> <progress></progress></p>' +
        '<div role="status"><p data-fact="verdict"></p><p data-fact="worst"></p>' +
        '<p data-fact="rest"></p></div></div>',
    );
    find(this.root, "p", HTMLElement).textContent = CHECK_HELP;
    const [some, every] = this.root.querySelectorAll("button");
    some.addEventListener("click", () => this.#ask({ pixels: SOME_PIXELS }));
    every.addEventListener("click", () => this.#ask({}));
    this.verdict = find(this.root, "[data-fact=verdict]", HTMLElement);
    this.worst = find(this.root, "[data-fact=worst]", HTMLElement);
    this.details = find(this.root, "[data-fact=rest]", HTMLElement);
    /** @type {RequestQueue<Record<string, string>>} */
    this.requests = new RequestQueue(ask, {
      answered: (reply) => this.#receive(reply),
      failed: (reason) => (this.verdict.textContent = reason),
      slow: true,
    });
  }

  /** @param {Answer} answer */
  show(answer) {
    this.#answer = answer;
    if (!this.#checked) return;
    const { report, answer: checked } = this.#checked;
    const stale = checked !== answer;
    this.root.toggleAttribute("data-stale", stale);
    this.verdict.textContent = checkVerdict(report, checked, stale);
    this.worst.textContent = worstError(report, checked);
    this.details.textContent = checkDetails(report);
    this.root.dataset.passed = `${report.passed}`;
  }

  hide() {
    this.requests.cancel();
    this.root.removeAttribute("data-waits");
  }

  /** @param {Record<string, string>} pixels */
  #ask(pixels) {
    this.root.toggleAttribute("data-waits", true);
    this.requests.put({ ask: "check", ...pixels });
  }

  /** @param {CheckReport} report */
  #receive(report) {
    this.root.removeAttribute("data-waits");
    if (!this.#answer) return;
    this.#checked = { report, answer: this.#answer };
    this.show(this.#answer);
  }
}
