/** @import { Answer, Contrast, Frame, ModelManifest, OutputSpace, Pixel, WhatIfCurves } from "../core/types.js" */
/** @import { Evaluation } from "./wasm_jacobian.js" */

import { decodeDrawing } from "../canvas/drawing_codec.js";
import { letterbox } from "../preprocessing/letterbox.js";
import { frameMnist } from "../preprocessing/mnist_frame.js";
import { isSaturated, jacobianIn, logOdds, mostLikely, softmax } from "./output_spaces.js";
import { ServerError } from "../server/server_error.js";
import { WasmJacobian } from "./wasm_jacobian.js";

/** Those of jacviz/explain/attribution_specs.py that take one Jacobian. */
const METHODS = ["gradient", "gradient-x-ink"];

const AMOUNTS = Array.from({ length: 41 }, (_, i) => (i - 20) / 20); // of ink, in a what-if
const MAX_SUM_ERROR = 1e-3; // of what a model says are probabilities

/**
 * A model in the browser: answers questions about drawings with the numbers that
 * jacviz/server/handlers.py gives. What it returns stays as it is, whatever is asked next.
 */
export class BrowserEngine {
  /**
   * @param {string} network Name of the model.
   * @param {string | URL} baseUrl Of the folder in which models/NAME.json lies.
   * @param {(url: URL) => Promise<ArrayBuffer | Uint8Array<ArrayBuffer>>} [fetchFile]
   * @returns {Promise<BrowserEngine>} Rejects where the model, or this browser, is not fit for it.
   */
  static async load(network, baseUrl, fetchFile = fetchBytes) {
    const url = new URL(`models/${encodeURIComponent(network)}.json`, baseUrl);
    /** @type {ModelManifest} */
    const manifest = JSON.parse(new TextDecoder().decode(await fetchFile(url)));
    const wasm = await WasmJacobian.load(manifest, (file) => fetchFile(new URL(file, url)));
    return new BrowserEngine(manifest, wasm);
  }

  /**
   * @param {ModelManifest} manifest
   * @param {WasmJacobian} wasm
   */
  constructor(manifest, wasm) {
    this.manifest = manifest;
    this.wasm = wasm;
  }

  /** @param {string} method Name of an attribution. */
  supports(method) {
    return METHODS.includes(method);
  }

  /**
   * A map for each class.
   *
   * @param {Uint8Array} drawing As drawing_codec.js encodes it.
   * @param {{ space: OutputSpace, network: string, method: string }} view
   * @returns {Answer}
   */
  answer(drawing, { space, network, method }) {
    const { labels, noun, name } = this.manifest;
    if (network !== name) throw new Error(`expected a question to ${name}, got one to ${network}`);
    if (!this.supports(method)) {
      throw new Error(`expected a method, one of ${METHODS.join(", ")}, got ${method}`);
    }
    const { frame, sheet } = this.#framed(drawing);
    const { image, empty } = frame;
    /** @type {[number, number, number]} */
    const place = [frame.top, frame.left, frame.scale];
    const { height, width } = this.manifest;
    /** @type {"browser"} */
    const engine = "browser";
    const about = {
      engine,
      labels,
      noun,
      height,
      width,
      space,
      network,
      method,
      empty,
      sheet,
      place,
    };
    if (empty) {
      const none = new Float32Array();
      const nothing = { frame: image, probabilities: none, largest: none, maps: [] };
      return { ...about, exact: true, top: -1, ...nothing };
    }
    const { outputs, jacobian } = this.#evaluate(image);
    const probabilities = softmax(outputs);
    const gradients = jacobianIn(space, outputs, jacobian);
    const maps = method === "gradient" ? gradients : gradients.map((row) => times(row, image));
    return {
      ...about,
      exact: true,
      top: mostLikely(outputs),
      saturated: isSaturated(probabilities),
      frame: image,
      probabilities: Float32Array.from(probabilities),
      largest: Float32Array.from(maps, largestMagnitude),
      maps,
    };
  }

  /**
   * All probabilities as ink is added under a round brush, predicted and computed; as
   * jacviz/explain/perturbation.py does it.
   *
   * @param {Uint8Array} drawing
   * @param {Pixel & { radius: number }} brush
   * @returns {WhatIfCurves}
   */
  whatIf(drawing, { row, column, radius }) {
    const image = this.#inked(drawing);
    const under = this.#brush(row, column, radius);
    const { outputs, jacobian } = this.#evaluate(image);
    const probabilities = [...softmax(outputs)];
    const slopes = jacobianIn("probability", outputs, jacobian).map((map) =>
      Math.fround(under.reduce((sum, i) => sum + map[i], 0)),
    );
    /** @type {(amount: number) => number[]} */
    const computed = (amount) => {
      const changed = image.slice();
      for (const i of under) changed[i] += Math.fround(amount);
      return [...softmax(this.wasm.outputsAt(changed))];
    };
    const ink = under.map((i) => image[i]);
    return {
      amounts: [...AMOUNTS],
      predicted: AMOUNTS.map((amount) => probabilities.map((p, k) => p + amount * slopes[k])),
      true: AMOUNTS.map(computed),
      room: [-Math.min(...ink), 1 - Math.max(...ink)],
    };
  }

  /**
   * The log-odds of two classes and their derivatives; as jacviz/explain/contrastive.py does it.
   *
   * @param {Uint8Array} drawing
   * @param {number | null} a By default the most likely other class, as is `b`.
   * @param {number | null} b
   * @returns {Contrast}
   */
  versus(drawing, a, b) {
    const image = this.#inked(drawing);
    const classes = this.manifest.labels.length;
    if (classes < 2) throw new Error("expected a model of two or more classes, got one class");
    for (const k of [a, b]) {
      if (k !== null && !isIndex(k, classes)) {
        throw new Error(`expected a class from 0 to ${classes - 1}, got ${k}`);
      }
    }
    if (a !== null && a === b) throw new Error(`expected two different classes, got ${a} twice`);
    const { outputs, jacobian } = this.#evaluate(image);
    const order = [...outputs.keys()].sort((i, j) => outputs[j] - outputs[i]);
    const free = order.filter((k) => k !== a && k !== b).values();
    const first = a ?? Number(free.next().value);
    const second = b ?? Number(free.next().value);
    return {
      a: first,
      b: second,
      log_odds: outputs[first] - outputs[second],
      map: [...logOdds(jacobian, first, second)],
    };
  }

  /**
   * @param {Uint8Array} drawing
   * @returns {{ frame: Frame, sheet: [number, number] }}
   */
  #framed(drawing) {
    const { height, width, ink, box } = decodeDrawing(drawing);
    const { manifest } = this;
    const frame =
      manifest.preprocess === "mnist"
        ? frameMnist(ink, height, width, box)
        : letterbox(ink, height, width, manifest.height, manifest.width, box);
    return { frame, sheet: [height, width] };
  }

  /** @param {Uint8Array} drawing */
  #inked(drawing) {
    const { image, empty } = this.#framed(drawing).frame;
    if (empty) throw new Error("expected a drawing, got an empty canvas; draw something first");
    return image;
  }

  /**
   * @param {Float32Array} image
   * @returns {Evaluation} With outputs that serve as logits.
   */
  #evaluate(image) {
    const evaluation = this.wasm.evaluate(image);
    if (this.manifest.outputs !== "logit") {
      const sum = evaluation.outputs.reduce((total, z) => total + Math.exp(z), 0);
      if (!(Math.abs(sum - 1) < MAX_SUM_ERROR)) {
        throw new Error(`expected probabilities that sum to 1, got a sum of ${sum.toPrecision(4)}`);
      }
    }
    return evaluation;
  }

  /**
   * @param {number} row
   * @param {number} column
   * @param {number} radius
   * @returns {number[]} Indices of the pixels whose centres lie within the radius.
   */
  #brush(row, column, radius) {
    const { height, width } = this.manifest;
    if (!isIndex(row, height) || !isIndex(column, width)) {
      throw new Error(
        `expected a pixel from (0, 0) to (${height - 1}, ${width - 1}), got (${row}, ${column})`,
      );
    }
    if (!(radius >= 0)) throw new Error(`expected a radius of 0 or more pixels, got ${radius}`);
    return Array.from({ length: height * width }, (_, i) => i).filter((i) => {
      const [down, across] = [Math.floor(i / width) - row, (i % width) - column];
      return down ** 2 + across ** 2 <= radius ** 2;
    });
  }
}

/** @param {URL} url */
async function fetchBytes(url) {
  const reply = await fetch(url);
  if (reply.ok) return reply.arrayBuffer();
  throw new ServerError(reply.status, await reply.text());
}

/**
 * @param {number} k
 * @param {number} count
 */
function isIndex(k, count) {
  return Number.isInteger(k) && k >= 0 && k < count;
}

/**
 * @param {Float32Array} map
 * @param {Float32Array} image
 */
function times(map, image) {
  return map.map((value, i) => value * image[i]);
}

/** @param {Float32Array} map */
function largestMagnitude(map) {
  let largest = 0;
  for (let i = 0; i < map.length; i++) largest = Math.max(largest, Math.abs(map[i]));
  return largest;
}
