/**
 * The live loop: whenever the ink differs from what is shown, answer it.
 *
 * Where the browser has an engine for the network, it answers in the same task, and the server is
 * asked about finished strokes only, to confirm. Elsewhere the server answers every move.
 *
 * Everything follows from comparing two drawings, the one on the canvas and the one answered; what
 * gets lost on the way (a reply, the server, an hour of sleep) is therefore asked for again.
 */

/** @import { Answer, Ask, MapsRequest } from "../core/types.js" */
/** @import { Pen } from "../canvas/pen.js" */
/** @import { History } from "../state/history.js" */
/** @import { ServerClient } from "../server/server_client.js" */

import { sameDrawing } from "../canvas/drawing_codec.js";
import { decodeAnswer, decodeReply } from "../server/answer_codec.js";
import { difference } from "./confirmation.js";
import { engineState } from "./engine_registry.js";
import { queryOf, sameRequest } from "./maps_request.js";
import { answerQuestion } from "./questions.js";
import { ServerError } from "../server/server_error.js";

const MAX_IN_FLIGHT = 2;
const FIRST_RETRY_MS = 100; // then twice as long each time
const MAX_RETRY_MS = 2000;
const REPORT_RETRY_MS = 300; // a longer interval is worth telling
const POLL_MS = 400; // between looks at a canvas that nobody touches
const HIDDEN_FRAME_MS = 100; // hidden pages get no animation frames
const UNREADABLE_MS = 5000; // until a canvas that cannot be read is given up
const MAX_DIFFERENCE = 1e-4; // of two engines' numbers, as a share of the largest

/**
 * @typedef {object} LiveRequest
 * @property {number} number Grows with each request.
 * @property {Uint8Array<ArrayBuffer>} drawing
 * @property {MapsRequest} view How the drawing is looked at.
 * @property {boolean} exact Whether the pen is up: then the maps must be numbers, not pictures.
 * @property {number} version Of the history, when the drawing was read.
 * @property {Answer} [answer]
 * @property {boolean} [confirmed] Whether the server has answered it.
 */

/** @typedef {Pick<ServerClient, "ask" | "close">} Server */

export class LiveLoop {
  #stopping = new AbortController();
  /** @type {MapsRequest | null} */
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
  // Whether a worker is at an answer.
  #computing = false;
  /** @type {number | null} */
  #unreadableSince = null;

  /**
   * @param {Pen} pen
   * @param {History} history
   * @param {Server | null} server Null where there is none: then the browser's answers are final.
   * @param {object} events
   * @param {(answer: Answer) => void} events.answered Show it.
   * @param {(drawing: Uint8Array<ArrayBuffer>, answer: Answer, version: number) => void}
   *   events.settled The pen is up and this drawing's exact answer is shown; it was read at that
   *   version of the history.
   * @param {(whether: boolean) => void} events.waiting Whether an exact answer to what is on the
   *   canvas is still to come. Told often.
   * @param {(reason: string) => void} events.troubled No answers for a while; still asking.
   * @param {(engine: "browser" | "server" | null, reason: string | null) => void}
   *   events.computedBy Who answers while the pen moves, and why, where that is a failure. Null
   *   where nobody does.
   * @param {() => void} events.serverAway The browser answers, but the server does not. Once it
   *   does again, `computedBy` tells.
   * @param {(share: number) => void} events.disagreed The server's numbers differ from the
   *   browser's, by this share of the largest; the server's are shown.
   * @param {(reason: string) => void} events.gaveUp The canvas or the server cannot be read; from
   *   now on Streamlit must follow the canvas.
   */
  constructor(pen, history, server, events) {
    this.pen = pen;
    this.history = history;
    this.server = server;
    this.events = events;
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
    this.server?.close();
  }

  /** @param {MapsRequest} view How to look at the drawing. */
  setView(view) {
    if (!sameRequest(view, this.#view)) this.#view = view;
    engineState(view.network).ready.then(() => {
      if (!sameRequest(this.#view, view)) return;
      this.#reportComputedBy(view);
      this.schedule();
    });
    this.schedule();
  }

  /** @param {MapsRequest} view */
  #reportComputedBy({ network }) {
    const engine = this.#engine ? "browser" : this.server && "server";
    this.events.computedBy(engine, engineState(network).failure);
  }

  /** Whether the browser answers, with or without a server. */
  get answersHere() {
    return this.#engine !== null;
  }

  /** The engine that answers here; null where the server does. */
  get #engine() {
    if (!this.#view) return null;
    const { engine } = engineState(this.#view.network);
    return engine?.supports(this.#view.method) ? engine : null;
  }

  /**
   * Ask another question about the drawing that is shown, looked at as it is.
   *
   * @type {Ask}
   */
  ask = async (question, { slow }) => {
    if (!this.#shown) throw new Error("expected a drawing that is shown");
    const { drawing, view } = this.#shown;
    const { engine } = engineState(view.network);
    const params = new URLSearchParams(question);
    const here = engine && answerQuestion(engine, drawing, params);
    if (here) return here;
    if (!this.server) throw new Error("expected a server to ask");
    const query = `${queryOf(view, true)}&${params}`;
    return decodeReply(params.get("ask"), await this.server.ask(drawing, query, { slow }));
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
    if (!this.#view) throw new Error("expected to know how to look at a drawing");
    const engine = this.#engine;
    if (engine) return engine.answer(drawing, this.#view);
    if (!this.server) throw new Error("expected a server to ask");
    return decodeAnswer(await this.server.ask(drawing, queryOf(this.#view, true)));
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

  /** Read the canvas now, and answer what is on it unless that is shown. */
  compare() {
    const view = this.#view;
    if (!view || this.#stopping.signal.aborted) return;
    const drawing = this.pen.read();
    if (!drawing) return this.#noteUnreadable();
    this.#unreadableSince = null;
    const exact = !this.pen.strokeInProgress;
    const wanted = this.#wanted;
    const differs =
      !wanted || !sameRequest(wanted.view, view) || !sameDrawing(wanted.drawing, drawing);
    if (differs || (exact && !wanted.exact)) {
      const { version } = this.history;
      this.#wanted = { number: ++this.#number, drawing, view, exact, version };
    }
    this.#answerHere();
    this.#send();
    this.#reportWaiting();
  }

  #reportWaiting() {
    const wanted = this.#wanted;
    const rests = this.pen.rests && !this.#scheduled;
    const shown = wanted !== null && wanted.exact && wanted === this.#shown;
    // With an engine one can do without the server.
    const confirmed = !this.server || wanted?.confirmed || this.#retryMs > REPORT_RETRY_MS;
    this.events.waiting(!(rests && shown && confirmed));
  }

  /** Answer what is wanted, where that can be done here: in this task, or in a worker. */
  #answerHere() {
    const wanted = this.#wanted;
    const engine = this.#engine;
    if (!wanted || wanted === this.#shown || wanted.confirmed || !engine) return;
    // A worker answers one after the other, and always the newest.
    if (this.#computing) return;
    const { drawing, view } = wanted;
    try {
      const answer = engine.answer(drawing, view);
      if (!(answer instanceof Promise)) return this.#acceptHere(wanted, answer);
      this.#computing = true;
      answer
        .then((one) => this.#acceptHere(wanted, one))
        .catch((error) => this.#dismissEngine(view, error))
        .finally(() => {
          this.#computing = false;
          this.#answerHere();
          this.#send();
          this.#reportWaiting();
        });
    } catch (error) {
      this.#dismissEngine(view, error);
    }
  }

  /**
   * An engine that fails is not asked again: the server answers instead.
   *
   * @param {MapsRequest} view
   * @param {unknown} error
   */
  #dismissEngine(view, error) {
    const state = engineState(view.network);
    state.engine = null;
    state.failure = error instanceof Error ? error.message : `${error}`;
    console.warn(`jacviz: the browser's engine failed: ${state.failure}`);
    this.#reportComputedBy(view);
  }

  /**
   * @param {LiveRequest} request
   * @param {Answer} answer
   */
  #acceptHere(request, answer) {
    // A worker may be later than the server.
    if (request.confirmed || (this.#shown && request.number < this.#shown.number)) return;
    request.answer = { ...answer, exact: request.exact, engine: "browser" };
    this.#show(request);
  }

  /** @param {LiveRequest} request With its answer. */
  #show(request) {
    const { drawing, answer, version } = request;
    if (!answer) return;
    this.#shown = request;
    this.events.answered(answer);
    if (request.exact && request === this.#wanted) this.events.settled(drawing, answer, version);
  }

  #retryNow() {
    this.#retryMs = 0;
    this.#sent = null;
    this.schedule();
  }

  #send() {
    const wanted = this.#wanted;
    if (!this.server || !wanted || wanted === this.#sent || wanted.confirmed) return;
    // While the pen moves nothing is sent that the browser answers itself.
    if (!wanted.exact && (wanted.answer || this.#computing)) return;
    if (this.#retryTimer || this.#inFlight >= MAX_IN_FLIGHT) return;
    this.#sent = wanted;
    this.#inFlight += 1;
    this.server
      .ask(wanted.drawing, queryOf(wanted.view, wanted.exact))
      .then((reply) => this.#accept(wanted, decodeAnswer(reply)))
      .catch((error) => this.#lose(wanted, error))
      .finally(() => {
        this.#inFlight -= 1;
        if (this.#stopping.signal.aborted) return;
        this.#send();
        this.#reportWaiting();
      });
  }

  /**
   * @param {LiveRequest} request
   * @param {Answer} answer The server's.
   */
  #accept(request, answer) {
    if (this.#retryMs > REPORT_RETRY_MS) this.#reportComputedBy(request.view);
    this.#retryMs = 0;
    if (this.#shown && request.number < this.#shown.number) return;
    // Once the pen is up, only its last ink is worth the time that a painting takes.
    if (!this.pen.down && request !== this.#wanted) return;
    const here = request.answer;
    request.confirmed = true;
    request.answer = here ? this.#confirm(here, answer) : answer;
    this.#show(request);
  }

  /**
   * The server's numbers to a picture that is shown, unless it is another one.
   *
   * @param {Answer} here
   * @param {Answer} answer The server's.
   * @returns {Answer}
   */
  #confirm(here, answer) {
    const share = difference(here, answer);
    if (share <= MAX_DIFFERENCE) return { ...answer, engine: "browser", confirms: here };
    this.events.disagreed(share);
    return answer;
  }

  /**
   * @param {LiveRequest} request
   * @param {unknown} error
   */
  #lose(request, error) {
    if (this.#stopping.signal.aborted) return;
    const refusal = error instanceof ServerError ? error : null;
    if (refusal?.hopeless && !request.answer) {
      return this.#giveUp(`the server does not answer drawings (${refusal.status})`);
    }
    if (this.#sent === request) this.#sent = null;
    this.#retryMs = Math.min(MAX_RETRY_MS, 2 * this.#retryMs || FIRST_RETRY_MS);
    if (this.#retryMs > REPORT_RETRY_MS) {
      if (request.answer) this.events.serverAway();
      else this.events.troubled(refusal?.reason ?? "The server does not answer.");
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
    this.events.gaveUp(reason);
    this.events.waiting(false);
  }
}
