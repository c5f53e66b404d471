/**
 * The live loop: whenever the ink differs from what is shown, ask for its answer.
 *
 * Everything follows from comparing two drawings, the one on the canvas and the one answered; what
 * gets lost on the way (a reply, the server, an hour of sleep) is therefore asked for again.
 */

/** @import { Answer, Ask } from "../core/types.js" */
/** @import { Pen } from "../canvas/pen.js" */
/** @import { History } from "../state/history.js" */

import { sameDrawing } from "../canvas/drawing_codec.js";
import { decodeAnswer } from "./answer_codec.js";
import { ServerError } from "./server_error.js";
import { ServerSocket } from "./server_socket.js";

const MAX_IN_FLIGHT = 2;
const FIRST_RETRY_MS = 100; // then twice as long each time
const MAX_RETRY_MS = 2000;
const REPORT_RETRY_MS = 300; // a longer interval is worth telling
const POLL_MS = 400; // between looks at a canvas that nobody touches
const HIDDEN_FRAME_MS = 100; // hidden pages get no animation frames
const UNREADABLE_MS = 5000; // until a canvas that cannot be read is given up

/**
 * @typedef {object} LiveRequest
 * @property {number} number Grows with each request.
 * @property {Uint8Array<ArrayBuffer>} drawing
 * @property {string} view How the drawing is looked at.
 * @property {boolean} exact Whether the maps must be numbers, not pictures only.
 * @property {number} version Of the history, when the drawing was read.
 * @property {Answer} [answer]
 */

export class LiveLoop {
  #socket = new ServerSocket();
  #stopping = new AbortController();
  /** @type {string | null} */
  #view = null;
  /** @type {LiveRequest | null} For what is on the canvas now. */
  #wanted = null;
  /** @type {LiveRequest | null} The newest that was answered. */
  #shown = null;
  /** @type {LiveRequest | null} The newest on its way. */
  #sent = null;
  #number = 0;
  #inFlight = 0;
  #retryMs = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */
  #retryTimer = null;
  #scheduled = false;
  /** @type {number | null} */
  #unreadableSince = null;

  /**
   * @param {Pen} pen
   * @param {History} history
   * @param {object} events
   * @param {(answer: Answer) => void} events.answered Show it.
   * @param {(drawing: Uint8Array<ArrayBuffer>, answer: Answer, version: number) => void}
   *   events.settled The pen is up and this drawing's exact answer is shown; it was read at that
   *   version of the history.
   * @param {(whether: boolean) => void} events.waiting Whether an exact answer to what is on the
   *   canvas is still to come. Told often.
   * @param {(reason: string) => void} events.troubled No answers for a while; still asking.
   * @param {(reason: string) => void} events.gaveUp The canvas or the server cannot be read; from
   *   now on Streamlit must follow the canvas.
   */
  constructor(pen, history, { answered, settled, waiting, troubled, gaveUp }) {
    this.pen = pen;
    this.history = history;
    this.answered = answered;
    this.settled = settled;
    this.waiting = waiting;
    this.troubled = troubled;
    this.gaveUp = gaveUp;
    const polling = setInterval(() => this.schedule(), POLL_MS);
    const { signal } = this.#stopping;
    signal.addEventListener("abort", () => clearInterval(polling));
    for (const name of ["online", "focus", "pageshow"]) {
      addEventListener(name, () => this.#retryNow(), { signal });
    }
    document.addEventListener("visibilitychange", () => this.#retryNow(), { signal });
  }

  stop() {
    this.#stopping.abort();
    this.#socket.close();
  }

  /** @param {string} view How to look at the drawing, as a query. */
  setView(view) {
    this.#view = view;
    this.schedule();
  }

  /**
   * Ask another question about the drawing that is shown, looked at as it is.
   *
   * @type {Ask}
   */
  ask = async (question, { slow }) => {
    if (!this.#shown) throw new Error("expected a drawing that is shown");
    const { drawing, view } = this.#shown;
    const query = `${view}&exact=1&${new URLSearchParams(question)}`;
    return this.#socket.ask(drawing, query, { slow });
  };

  /**
   * Whether a drawing's exact answer is shown.
   *
   * @param {Uint8Array} drawing
   */
  shows(drawing) {
    return Boolean(this.#shown?.exact) && sameDrawing(this.#shown?.drawing, drawing);
  }

  /**
   * The answer to any drawing, looked at as the one on the canvas is.
   *
   * @param {Uint8Array<ArrayBuffer>} drawing
   * @returns {Promise<Answer>}
   */
  async answerTo(drawing) {
    if (this.shows(drawing) && this.#shown?.answer) return this.#shown.answer;
    return decodeAnswer(await this.#socket.ask(drawing, `${this.#view}&exact=1`));
  }

  /** Compare before the next frame is painted, once however often it is called. */
  schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const once = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      this.#scheduled = false;
      this.compare();
    };
    const frame = requestAnimationFrame(once);
    const timer = setTimeout(once, HIDDEN_FRAME_MS);
  }

  /** Read the canvas now, and ask for what is on it unless that is shown. */
  compare() {
    const view = this.#view;
    if (!view || this.#stopping.signal.aborted) return;
    const drawing = this.pen.read();
    if (!drawing) return this.#noteUnreadable();
    this.#unreadableSince = null;
    const exact = !this.pen.strokeInProgress;
    const wanted = this.#wanted;
    const differs = wanted?.view !== view || !sameDrawing(wanted.drawing, drawing);
    if (differs || (exact && !wanted.exact)) {
      const { version } = this.history;
      this.#wanted = { number: ++this.#number, drawing, view, exact, version };
    }
    this.#send();
    this.#reportWaiting();
  }

  #reportWaiting() {
    const wanted = this.#wanted;
    const done = this.pen.rests && !this.#scheduled && wanted?.exact && wanted === this.#shown;
    this.waiting(!done);
  }

  #retryNow() {
    this.#retryMs = 0;
    this.#sent = this.#shown;
    this.schedule();
  }

  #send() {
    const wanted = this.#wanted;
    if (!wanted || wanted === this.#sent || wanted === this.#shown) return;
    if (this.#retryTimer || this.#inFlight >= MAX_IN_FLIGHT) return;
    this.#sent = wanted;
    this.#inFlight += 1;
    this.#socket
      .ask(wanted.drawing, `${wanted.view}&exact=${wanted.exact ? 1 : 0}`)
      .then((reply) => this.#accept(wanted, reply))
      .catch((error) => this.#lose(wanted, error))
      .finally(() => {
        this.#inFlight -= 1;
        this.#send();
        this.#reportWaiting();
      });
  }

  /**
   * @param {LiveRequest} request
   * @param {ArrayBuffer} reply
   */
  #accept(request, reply) {
    this.#retryMs = 0;
    if (this.#shown && request.number < this.#shown.number) return;
    // Once the pen is up, only its last ink is worth the time that a painting takes.
    if (!this.pen.down && request !== this.#wanted) return;
    this.#shown = request;
    const answer = decodeAnswer(reply);
    request.answer = answer;
    this.answered(answer);
    if (request.exact && request === this.#wanted) {
      this.settled(request.drawing, answer, request.version);
    }
  }

  /**
   * @param {LiveRequest} request
   * @param {unknown} error
   */
  #lose(request, error) {
    const refusal = error instanceof ServerError ? error : null;
    if (refusal?.hopeless) {
      return this.#giveUp(`the server does not answer drawings (${refusal.status})`);
    }
    if (this.#sent === request) this.#sent = this.#shown;
    this.#retryMs = Math.min(MAX_RETRY_MS, 2 * this.#retryMs || FIRST_RETRY_MS);
    if (this.#retryMs > REPORT_RETRY_MS) {
      this.troubled(refusal?.reason ?? "The server does not answer.");
    }
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null;
      this.schedule();
    }, this.#retryMs);
  }

  // The component may be between two mounts; after a while it is taken for changed.
  #noteUnreadable() {
    this.#unreadableSince ??= performance.now();
    if (performance.now() - this.#unreadableSince > UNREADABLE_MS) {
      this.#giveUp("the canvas of this streamlit-drawable-canvas cannot be read");
    }
  }

  /** @param {string} reason */
  #giveUp(reason) {
    this.stop();
    console.warn(`jacviz: ${reason}; the maps follow each finished stroke instead`);
    this.gaveUp(reason);
    this.waiting(false);
  }
}
