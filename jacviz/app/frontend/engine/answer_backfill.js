/** @import { Pen } from "../canvas/pen.js" */
/** @import { History } from "../state/history.js" */
/** @import { LiveLoop } from "./live_loop.js" */

const RETRY_MS = 1500; // until a question that got lost is asked again

/**
 * Answers for the history's entries that were drawn on before they were answered: asked for once
 * the pen is up, one after the other.
 */
export class AnswerBackfill {
  #asking = false;
  #stopped = false;

  /**
   * @param {LiveLoop} loop
   * @param {Pen} pen
   * @param {History} history
   */
  constructor(loop, pen, history) {
    this.loop = loop;
    this.pen = pen;
    this.history = history;
    this.unsubscribe = history.changes.subscribe(() => this.run());
  }

  async run() {
    if (this.#asking) return;
    this.#asking = true;
    while (!this.#stopped && !this.pen.down) {
      const entry = this.#missing();
      if (!entry?.drawing) break;
      try {
        this.history.fillAnswer(entry, await this.loop.answerTo(entry.drawing));
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#asking = false;
  }

  stop() {
    this.#stopped = true;
    this.unsubscribe();
  }

  /** The live loop asks for the one on the canvas, unless its ink looks as before. */
  #missing() {
    const { inked, current } = this.history;
    return inked.find(
      (entry) =>
        !entry.answer && (entry !== current || (entry.drawing && this.loop.shows(entry.drawing))),
    );
  }
}
