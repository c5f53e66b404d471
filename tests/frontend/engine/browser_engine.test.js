import assert from "node:assert/strict";
import { test } from "node:test";
import { BrowserEngine } from "../../../jacviz/app/frontend/engine/browser_engine.js";
import { MANIFEST, files } from "./lines.js";

const VIEW = { network: "lines", method: "gradient", space: /** @type {const} */ ("logit") };

/** A canvas of 2 x 2 pixels with a half of full ink, and an empty one; see drawing_codec.js. */
const DRAWING = Uint8Array.of(2, 0, 2, 0, 0, 0, 0, 0, 1, 0, 2, 0, 255, 255);
const EMPTY = Uint8Array.of(2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/** @param {Partial<typeof MANIFEST>} [parts] */
function load(parts = {}) {
  const manifest = new TextEncoder().encode(JSON.stringify({ ...MANIFEST, ...parts }));
  const get = files(2, -3);
  return BrowserEngine.load("lines", "https://example.org/jacviz/", async (url) =>
    url.href === "https://example.org/jacviz/models/lines.json" ? manifest : get(url.pathname),
  );
}

/**
 * @param {number} x
 * @returns {[number, number]} Probabilities of the two classes at a pixel.
 */
function probabilities(x) {
  const p = 1 / (1 + Math.exp(-5 * x));
  return [p, 1 - p];
}

/**
 * @param {ArrayLike<number>} found
 * @param {ArrayLike<number>} expected
 */
function near(found, expected) {
  assert.equal(found.length, expected.length);
  for (let i = 0; i < found.length; i++) assert.ok(Math.abs(found[i] - expected[i]) < 1e-6);
}

test("files lie beside the manifest, below the base address", async () => {
  /** @type {string[]} */
  const asked = [];
  const get = files(2, -3);
  await BrowserEngine.load("a b", "https://example.org/jacviz/", async (url) => {
    asked.push(url.href);
    return url.href.endsWith(".json")
      ? new TextEncoder().encode(JSON.stringify(MANIFEST))
      : get(url.pathname);
  });
  assert.equal(asked[0], "https://example.org/jacviz/models/a%20b.json");
  assert.equal(asked.at(-1), "https://example.org/jacviz/models/lines.bin");
});

test("an answer says all there is to show", async () => {
  const answer = (await load()).answer(DRAWING, VIEW);
  assert.deepEqual(answer.frame, Float32Array.of(0.5));
  assert.deepEqual(answer.maps, [Float32Array.of(2), Float32Array.of(-3)]);
  assert.deepEqual(answer.largest, Float32Array.of(2, 3));
  near(answer.probabilities, probabilities(0.5));
  assert.deepEqual([answer.top, answer.saturated, answer.empty], [0, false, false]);
  assert.deepEqual(
    [answer.sheet, answer.place],
    [
      [2, 2],
      [0, 0, 2],
    ],
  );
  assert.deepEqual([answer.labels, answer.noun], [MANIFEST.labels, "line"]);
  assert.deepEqual([answer.height, answer.width, answer.exact], [1, 1, true]);
  assert.deepEqual([answer.network, answer.method, answer.space], ["lines", "gradient", "logit"]);
});

test("gradient x ink is the gradient times the frame", async () => {
  const engine = await load();
  const { maps, largest } = engine.answer(DRAWING, { ...VIEW, method: "gradient-x-ink" });
  assert.deepEqual(maps, [Float32Array.of(1), Float32Array.of(-1.5)]);
  assert.deepEqual(largest, Float32Array.of(1, 1.5));
});

test("an empty canvas has a frame, and no class", async () => {
  const answer = (await load()).answer(EMPTY, VIEW);
  assert.deepEqual([answer.empty, answer.top, answer.maps.length], [true, -1, 0]);
  assert.deepEqual(answer.frame, Float32Array.of(0));
});

test("a what-if has the tangent and the curve, from no ink to full ink", async () => {
  const engine = await load();
  const curves = engine.whatIf(DRAWING, { row: 0, column: 0, radius: 0 });
  assert.deepEqual(curves.room, [-0.5, 0.5]);
  assert.deepEqual([curves.amounts[0], curves.amounts[20], curves.amounts[40]], [-1, 0, 1]);
  const [p, q] = probabilities(0.5);
  curves.amounts.forEach((amount, i) => {
    near(curves.true[i], probabilities(0.5 + amount));
    near(curves.predicted[i], [p + amount * 5 * p * q, q - amount * 5 * p * q]);
  });
});

test("the classes that versus is not given are the likeliest", async () => {
  const engine = await load();
  const expected = { a: 0, b: 1, log_odds: 2.5, map: [5] };
  assert.deepEqual(engine.versus(DRAWING, null, null), expected);
  assert.deepEqual(engine.versus(DRAWING, 0, null), expected);
  assert.deepEqual(engine.versus(DRAWING, null, 0), { a: 1, b: 0, log_odds: -2.5, map: [-5] });
});

test("methods that take many Jacobians are left to the server", async () => {
  const engine = await load();
  const methods = ["gradient", "gradient-x-ink", "smoothgrad", "integrated-gradients"];
  assert.deepEqual(
    methods.map((method) => engine.supports(method)),
    [true, true, false, false],
  );
});

test("what cannot be answered is refused as the server refuses it", async () => {
  const engine = await load();
  const brush = { row: 0, column: 0, radius: 0 };
  assert.throws(() => engine.answer(DRAWING, { ...VIEW, method: "smoothgrad" }), /got smoothgrad/);
  assert.throws(() => engine.answer(DRAWING, { ...VIEW, network: "other" }), /one to other/);
  assert.throws(() => engine.answer(DRAWING.subarray(0, 13), VIEW), /expected 14 bytes/);
  assert.throws(() => engine.whatIf(EMPTY, brush), /got an empty canvas/);
  assert.throws(() => engine.whatIf(DRAWING, { ...brush, column: 1 }), /got \(0, 1\)/);
  assert.throws(() => engine.whatIf(DRAWING, { ...brush, radius: -1 }), /a radius of 0 or more/);
  assert.throws(() => engine.versus(EMPTY, null, null), /got an empty canvas/);
  assert.throws(() => engine.versus(DRAWING, 1, 1), /got 1 twice/);
  assert.throws(() => engine.versus(DRAWING, 2, null), /from 0 to 1, got 2/);
});

test("what a model calls probabilities must sum to 1", async () => {
  const engine = await load({ outputs: "probability" });
  assert.throws(() => engine.answer(DRAWING, VIEW), /sum to 1, got a sum of/);
});
