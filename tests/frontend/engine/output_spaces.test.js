import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isSaturated,
  jacobianIn,
  logOdds,
  mostLikely,
  softmax,
} from "../../../jacviz/app/frontend/engine/output_spaces.js";
import { random } from "../helpers.js";

const CLASSES = 5;
const PIXELS = 7;

/** @param {number} seed */
function network(seed) {
  const next = random(seed);
  const numbers = (/** @type {number} */ count) =>
    Float32Array.from({ length: count }, () => 8 * next() - 4);
  return {
    logits: numbers(CLASSES),
    jacobian: Array.from(Array(CLASSES), () => numbers(PIXELS)),
  };
}

/**
 * @param {Float32Array[]} rows
 * @param {(k: number) => number} weight
 */
function weightedSums(rows, weight) {
  return [...rows[0].keys()].map((i) => rows.reduce((sum, row, k) => sum + weight(k) * row[i], 0));
}

test("probabilities are positive, sum to 1 and have their ratios from the logits", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { logits } = network(seed);
    const p = softmax(logits);
    assert.ok(Math.abs(p.reduce((sum, one) => sum + one) - 1) < 1e-15);
    assert.ok(Math.abs(Math.log(p[1] / p[0]) - (logits[1] - logits[0])) < 1e-12);
  }
});

test("large logits overflow nothing, and tiny probabilities are not rounded to zero", () => {
  const p = softmax(Float32Array.of(1000, 300, 1000));
  assert.equal(p[0], 0.5);
  assert.ok(p[1] > 0 && p[1] < 1e-300);
});

test("derivatives of probabilities sum to zero at every pixel", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { logits, jacobian } = network(seed);
    const sums = weightedSums(jacobianIn("probability", logits, jacobian), () => 1);
    assert.ok(Math.max(...sums.map(Math.abs)) < 1e-6);
  }
});

test("derivatives of log-probabilities do, weighted with the probabilities", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { logits, jacobian } = network(seed);
    const p = softmax(logits);
    const sums = weightedSums(jacobianIn("log-probability", logits, jacobian), (k) => p[k]);
    assert.ok(Math.max(...sums.map(Math.abs)) < 1e-6);
  }
});

test("derivatives are those of finite differences", () => {
  const { logits, jacobian } = network(3);
  const step = 1e-3;
  for (let i = 0; i < PIXELS; i++) {
    const [above, below] = [step, -step].map((d) =>
      softmax(logits.map((z, k) => z + d * jacobian[k][i])),
    );
    for (let k = 0; k < CLASSES; k++) {
      const slope = (above[k] - below[k]) / (2 * step);
      assert.ok(Math.abs(jacobianIn("probability", logits, jacobian)[k][i] - slope) < 1e-3);
      const logSlope = (Math.log(above[k]) - Math.log(below[k])) / (2 * step);
      assert.ok(Math.abs(jacobianIn("log-probability", logits, jacobian)[k][i] - logSlope) < 1e-2);
    }
  }
});

test("the logits' own derivatives and their differences stay as they are", () => {
  const { logits, jacobian } = network(1);
  assert.equal(jacobianIn("logit", logits, jacobian), jacobian);
  const before = jacobian.map((row) => row.slice());
  jacobianIn("probability", logits, jacobian);
  assert.deepEqual(jacobian, before);
  assert.deepEqual(
    logOdds(jacobian, 2, 0),
    jacobian[2].map((value, i) => value - jacobian[0][i]),
  );
});

test("a class that is nearly certain has derivatives as exact as the others", () => {
  const logits = Float32Array.of(20, 0);
  const [winner, loser] = jacobianIn("probability", logits, [
    Float32Array.of(1000),
    Float32Array.of(1000.5),
  ]);
  const [p] = softmax(Float32Array.of(0, 20));
  assert.ok(Math.abs(loser[0] / (0.5 * p) - 1) < 1e-6);
  assert.ok(Math.abs(winner[0] / (-0.5 * p) - 1) < 1e-6);
});

test("the most likely class is the first of equals; above 0.999 it is said to be saturated", () => {
  assert.equal(mostLikely(Float32Array.of(1, 3, 3, 2)), 1);
  assert.ok(isSaturated(Float64Array.of(0.0005, 0.9995)));
  assert.ok(!isSaturated(Float64Array.of(0.001, 0.999)));
});
