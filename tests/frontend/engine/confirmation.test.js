import assert from "node:assert/strict";
import { test } from "node:test";

import { difference } from "../../../jacviz/app/frontend/engine/confirmation.js";
import { answer } from "../helpers.js";

test("the same numbers do not differ", () => {
  assert.equal(difference(answer(), answer()), 0);
});

test("a difference is a share of the largest value of all maps", () => {
  const maps = answer().maps.map((map) => Float32Array.from(map));
  maps[0][3] += 0.004;
  assert.ok(Math.abs(difference(answer({ maps }), answer()) - 0.001) < 1e-6);
});

test("probabilities and ink count as they are", () => {
  const probabilities = Float32Array.of(0.1, 0.6, 0.3);
  assert.ok(Math.abs(difference(answer({ probabilities }), answer()) - 0.1) < 1e-6);
  const frame = Float32Array.of(0.5, 0.5, 1, 0, 0, 0.25);
  assert.equal(difference(answer({ frame }), answer()), 0.5);
});

test("answers to different questions differ without bound", () => {
  assert.equal(difference(answer({ space: "logit" }), answer()), Infinity);
  assert.equal(difference(answer({ empty: true, maps: [] }), answer()), Infinity);
  assert.equal(difference(answer({ frame: new Float32Array(5) }), answer()), Infinity);
});

test("empty canvases agree", () => {
  const empty = {
    empty: true,
    maps: [],
    largest: new Float32Array(),
    probabilities: new Float32Array(),
  };
  assert.equal(difference(answer(empty), answer(empty)), 0);
});
