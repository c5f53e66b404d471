/**
 * A Web Worker with a `BrowserEngine`: loads one, then calls its methods; worker_engine.js is its
 * other end.
 */

/** @import { EngineCall } from "./worker_engine.js" */

import { BrowserEngine } from "./browser_engine.js";

/** @type {Promise<BrowserEngine> | null} */
let loading = null;

addEventListener("message", async ({ data }) => {
  const { number, method, parameters } = /** @type {EngineCall} */ (data);
  try {
    const [first, ...others] = parameters;
    if (method === "load") loading = BrowserEngine.load(first, others[0]);
    const engine = await loading;
    if (!engine) throw new Error("expected an engine to be loaded first");
    const result = method === "load" ? null : Reflect.apply(engine[method], engine, parameters);
    postMessage({ number, result });
  } catch (error) {
    postMessage({ number, error: error instanceof Error ? error.message : `${error}` });
  }
});
