import { assetUrl } from "../core/assets.js";
import { BrowserEngine } from "./browser_engine.js";
import { ServerError } from "./server_error.js";

const RETRY_MS = 5000; // until an engine whose files did not arrive is loaded again
const IDLE_TIMEOUT_MS = 1500; // a busy page loads its engine after this at the latest

/**
 * What is known of a network's engine.
 *
 * @typedef {object} EngineState
 * @property {BrowserEngine | null} engine Null while it is loading, and where there is none.
 * @property {string | null} failure Why there is none.
 * @property {Promise<void>} ready Once one of the two is known.
 */

/** @type {Map<string, EngineState>} For all views of the page. */
const states = new Map();

/**
 * The engine of a network in this browser; the first call loads it, once the page is idle.
 *
 * @param {string} network
 * @returns {EngineState}
 */
export function engineState(network) {
  const known = states.get(network);
  if (known) return known;
  /** @type {EngineState} */
  const state = { engine: null, failure: null, ready: Promise.resolve() };
  states.set(network, state);
  state.ready = whenIdle()
    .then(() => BrowserEngine.load(network, assetUrl("")))
    .then((engine) => void (state.engine = engine))
    .catch((error) => {
      const refusal = error instanceof ServerError ? error : null;
      state.failure = refusal?.reason ?? `${error.message}`;
      console.info(`jacviz: the server computes ${network}: ${state.failure}`);
      if (error instanceof TypeError || (refusal && !refusal.hopeless)) {
        setTimeout(() => states.delete(network), RETRY_MS); // fetch failed, not the engine
      }
    });
  return state;
}

/** @returns {Promise<void>} */
function whenIdle() {
  return new Promise((resolve) => {
    // Safari has no requestIdleCallback.
    if (!("requestIdleCallback" in globalThis)) setTimeout(resolve, IDLE_TIMEOUT_MS);
    else requestIdleCallback(() => resolve(), { timeout: IDLE_TIMEOUT_MS });
  });
}
