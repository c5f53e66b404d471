/** @import { Answer, Contrast, MapsRequest, Pixel, WhatIfCurves } from "../core/types.js" */
/** @import { BrowserEngine } from "./browser_engine.js" */

/**
 * @typedef {object} EngineCall A message to engine_worker.js.
 * @property {number} number Comes back with the result.
 * @property {"load" | "answer" | "whatIf" | "versus"} method
 * @property {any[]} parameters
 *
 * @typedef {object} Pending
 * @property {(result: any) => void} resolve
 * @property {(error: Error) => void} reject
 */

/** An engine in a Web Worker, for networks that would hold up the page; see browser_engine.js. */
export class WorkerEngine {
  #worker = new Worker(new URL("engine_worker.js", import.meta.url), { type: "module" });
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #number = 0;

  /**
   * @param {BrowserEngine} engine The same, in the page.
   * @param {string} network
   * @param {URL} baseUrl
   */
  static async load(engine, network, baseUrl) {
    const worker = new WorkerEngine((method) => engine.supports(method));
    await worker.#call("load", network, baseUrl.href);
    return worker;
  }

  /** @param {(method: string) => boolean} supports */
  constructor(supports) {
    this.supports = supports;
    this.#worker.onmessage = ({ data: { number, result, error } }) => {
      const call = this.#pending.get(number);
      this.#pending.delete(number);
      if (error === undefined) call?.resolve(result);
      else call?.reject(new Error(error));
    };
    this.#worker.onerror = ({ message }) => {
      for (const { reject } of this.#pending.values()) reject(new Error(message));
      this.#pending.clear();
    };
  }

  /**
   * @param {Uint8Array} drawing
   * @param {MapsRequest} view
   * @returns {Promise<Answer>}
   */
  answer(drawing, view) {
    return this.#call("answer", drawing, view);
  }

  /**
   * @param {Uint8Array} drawing
   * @param {Pixel & { radius: number }} brush
   * @returns {Promise<WhatIfCurves>}
   */
  whatIf(drawing, brush) {
    return this.#call("whatIf", drawing, brush);
  }

  /**
   * @param {Uint8Array} drawing
   * @param {number | null} a
   * @param {number | null} b
   * @returns {Promise<Contrast>}
   */
  versus(drawing, a, b) {
    return this.#call("versus", drawing, a, b);
  }

  /**
   * @param {EngineCall["method"]} method
   * @param {any[]} parameters
   * @returns {Promise<any>}
   */
  #call(method, ...parameters) {
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#pending.set(number, { resolve, reject });
      this.#worker.postMessage({ number, method, parameters });
    });
  }
}
