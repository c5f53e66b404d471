/** @import { Ask, Question } from "../core/types.js" */

import { ServerError } from "./server_error.js";

const RETRY_MS = 1500; // until a question that got lost is asked again
const BAD_REQUEST = 400; // and would be refused again

/**
 * Questions about a drawing of which only the latest counts: its answer is delivered, earlier ones
 * are dropped, and a question that got lost is asked again.
 *
 * @template {Question} Q
 */
export class RequestQueue {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  // Identifies the question whose answer counts.
  /** @type {object | null} */
  #turn = null;

  /**
   * @param {Ask} ask
   * @param {object} options
   * @param {(reply: any, question: Q) => void} options.answered
   * @param {(reason: string) => void} options.failed
   * @param {boolean} [options.slow] Whether the server takes long to answer.
   */
  constructor(ask, { answered, failed, slow = false }) {
    this.ask = ask;
    this.answered = answered;
    this.failed = failed;
    this.slow = slow;
  }

  /**
   * Ask this instead of what was asked before.
   *
   * @param {Q} question
   * @param {number} [delayMs] For so long it may still be replaced, unasked.
   */
  put(question, delayMs = 0) {
    this.cancel();
    const turn = {};
    this.#turn = turn;
    this.#timer = setTimeout(() => this.#send(question, turn), delayMs);
  }

  cancel() {
    clearTimeout(this.#timer);
    this.#turn = null;
  }

  /**
   * @param {Q} question
   * @param {object} turn
   */
  async #send(question, turn) {
    let reply;
    try {
      reply = await this.ask(question, { slow: this.slow });
    } catch (error) {
      if (turn !== this.#turn) return;
      const refusal = error instanceof ServerError ? error : null;
      this.failed(refusal?.reason ?? "No answer at the moment; it is asked again.");
      if (refusal?.status === BAD_REQUEST) return;
      this.#timer = setTimeout(() => this.#send(question, turn), RETRY_MS);
      return;
    }
    if (turn === this.#turn) this.answered(reply, question);
  }
}
