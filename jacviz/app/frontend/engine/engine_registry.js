import { HEADER_BYTES } from "../canvas/drawing_codec.js";
import { assetUrl } from "../core/assets.js";
import { BrowserEngine } from "./browser_engine.js";
import { ServerError } from "../server/server_error.js";
import { WorkerEngine } from "./worker_engine.js";

const RETRY_MS = 5000; // until an engine whose files did not arrive is loaded again
const IDLE_TIMEOUT_MS = 1500; // a busy page loads its engine after this at the latest
const MAX_TASK_MS = 4; // of an answer; one that takes longer would hold up the page
const WARM_UP_MS = 40; // of answers until scripts run as fast as they will

/**
 * What is known of a network's engine.
 *
 * @typedef {object} EngineState
 * @property {BrowserEngine | WorkerEngine | null} engine Null while it is loading, and where there is none.
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
    .then(() => load(network, assetUrl("")))
    .then((engine) => void (state.engine = engine))
    .catch((error) => {
      const refusal = error instanceof ServerError ? error : null;
      state.failure = refusal?.reason ?? `${error.message}`;
      console.info(`jacviz: this browser does not compute ${network}: ${state.failure}`);
      if (error instanceof TypeError || (refusal && !refusal.hopeless)) {
        setTimeout(() => states.delete(network), RETRY_MS); // fetch failed, not the engine
      }
    });
  return state;
}

/**
 * @param {string} network
 * @param {URL} baseUrl
 */
async function load(network, baseUrl) {
  const engine = await BrowserEngine.load(network, baseUrl);
  return warmUp(engine) > MAX_TASK_MS ? WorkerEngine.load(engine, network, baseUrl) : engine;
}

/**
 * Answer a drawing until the scripts run fast.
 *
 * @param {BrowserEngine} engine
 * @returns {number} Milliseconds of the fastest answer.
 */
function warmUp(engine) {
  const drawing = new Uint8Array(HEADER_BYTES + 1);
  new Uint16Array(drawing.buffer, 0, HEADER_BYTES / 2).set([1, 1, 0, 0, 1, 1]);
  drawing[HEADER_BYTES] = 255;
  const { name: network } = engine.manifest;
  /** @type {import("../core/types.js").MapsRequest} */
  const view = { space: "probability", network, method: "gradient" };
  let fastest = Infinity;
  const start = performance.now();
  for (let now = start; now - start < WARM_UP_MS;) {
    engine.answer(drawing, view);
    const end = performance.now();
    fastest = Math.min(fastest, end - now);
    now = end;
  }
  return fastest;
}

/** @returns {Promise<void>} */
function whenIdle() {
  return new Promise((resolve) => {
    // Safari has no requestIdleCallback.
    if (!("requestIdleCallback" in globalThis)) setTimeout(resolve, IDLE_TIMEOUT_MS);
    else requestIdleCallback(() => resolve(), { timeout: IDLE_TIMEOUT_MS });
  });
}
