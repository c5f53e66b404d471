/** @import { BrowserEngine } from "./browser_engine.js" */
/** @import { WorkerEngine } from "./worker_engine.js" */

/**
 * The answer to a question that needs no server.
 *
 * @param {BrowserEngine | WorkerEngine} engine
 * @param {Uint8Array<ArrayBuffer>} drawing
 * @param {URLSearchParams} question As jacviz/server/routes.py reads it.
 * @returns {unknown} Or a promise of it; null where the server has to be asked.
 */
export function answerQuestion(engine, drawing, question) {
  /** @type {(name: string) => number | null} */
  const number = (name) => (question.has(name) ? Number(question.get(name)) : null);
  switch (question.get("ask")) {
    case "what-if": {
      const [row, column, radius] = ["row", "column", "radius"].map((name) => number(name) ?? 0);
      return engine.whatIf(drawing, { row, column, radius });
    }
    case "versus":
      return engine.versus(drawing, number("a"), number("b"));
    default:
      return null;
  }
}
