import assert from "node:assert/strict";
import { test } from "node:test";
import {
  canvasDescription,
  explanation,
  frameDescription,
  inkText,
  mapsDescription,
  pixelSentence,
  reading,
  runnerUp,
  sumText,
} from "../../jacviz/app/frontend/text/sentences.js";
import { answer } from "./helpers.js";

/** @import { TextPart } from "../../jacviz/app/frontend/core/elements.js" */

const ATTRIBUTION = {
  label: "Gradient",
  meaning: "A little more ink.",
  pixel: "d{}",
  units: {
    probability: "dp per ink",
    "log-probability": "dlog p per ink",
    logit: "dz per ink",
  },
};

/** @param {TextPart[]} parts */
const text = (parts) =>
  parts
    .map((part) =>
      typeof part === "string" ? part : "code" in part ? part.code : "",
    )
    .join("");

test("an answer is read as its two most likely classes", () => {
  assert.equal(
    reading(answer()),
    "The standard network reads 1 (70.0%), then 2 (20.0%).",
  );
});

test("a saturated answer says so, and where more is to be seen", () => {
  const saturated = {
    saturated: true,
    probabilities: Float32Array.of(0, 0.9999, 0.0001),
  };
  const sure = "Saturated: the standard network gives 1 >99.9%";
  assert.equal(
    reading(answer(saturated)),
    `${sure}, so no pixel moves a probability by much. Logits show more.`,
  );
  assert.equal(
    reading(answer({ ...saturated, space: "logit" })),
    `${sure}, so no pixel moves a probability by much.`,
  );
  assert.equal(
    reading(answer({ ...saturated, method: "integrated-gradients" })),
    `${sure}.`,
  );
});

test("a step of an ascent is never taken for the drawing", () => {
  const changed = { step: 2, steps: 5, target: "2" };
  assert.match(
    reading(answer({ changed })),
    /^Step 2 of 5 towards 2, changed by .*not your drawing/,
  );
});

test("an empty canvas invites to draw", () => {
  assert.match(reading(answer({ empty: true })), /^The sheet is empty\. Draw/);
  assert.match(canvasDescription(answer({ empty: true })), /It is empty/);
  assert.equal(frameDescription(answer({ empty: true })), "An empty frame");
  assert.match(
    mapsDescription(answer({ empty: true }), ATTRIBUTION),
    /nothing is drawn yet/,
  );
});

test("the text alternatives tell what is seen", () => {
  assert.equal(
    frameDescription(answer()),
    "The drawing, framed to 3 by 2 pixels, 3 of them inked: read as 1 (70.0%)",
  );
  const maps = mapsDescription(answer(), ATTRIBUTION);
  assert.match(
    maps,
    /largest dp per ink: 0: 10\.0%, at most 1\.0; 1: 70\.0%, at most 2\.0; /,
  );
});

test("an explanation marks its colours, and tells how far the sums are off where they are", () => {
  const gradient = explanation({ method: "gradient" }, ATTRIBUTION);
  assert.deepEqual(
    gradient.filter((part) => typeof part !== "string"),
    [{ swatch: "more" }, { swatch: "less" }],
  );
  const method = "integrated-gradients";
  assert.doesNotMatch(text(explanation({ method }, ATTRIBUTION)), /miss it by/);
  const parts = explanation({ method, residual: 0.00412 }, ATTRIBUTION);
  assert.match(text(parts), /miss it by at most 0\.0041\./);
  assert.ok(parts.some((part) => typeof part !== "string" && "code" in part));
});

test("a pixel speaks most for one class and most against another", () => {
  const pixel = { row: 1, column: 2 };
  assert.equal(
    pixelSentence(answer(), [-0.5, 0, 2], pixel, true),
    "Row 1, column 2: a little more ink speaks most for 2, most against 0.",
  );
  assert.equal(
    pixelSentence(
      answer({ method: "gradient-x-input" }),
      [0, 0, 0],
      pixel,
      false,
    ),
    "Row 1, column 2: the ink here makes no difference. Press to hold on to it.",
  );
});

test("ink is a number, and its ends are named", () => {
  assert.deepEqual([0, 0.25, 1].map(inkText), ["0, paper", "0.250", "1, full"]);
});

test("only of probabilities the sum must be zero", () => {
  assert.equal(sumText("probability", 0), "0");
  assert.equal(
    sumText("probability", -4.1e-8),
    "0, but for rounding (\u22124e\u22128)",
  );
  assert.equal(sumText("logit", 1.5), "+1.50");
});

test("the second most likely class is the best of the others", () => {
  assert.equal(runnerUp([0.1, 0.7, 0.2], 1), 2);
  assert.equal(runnerUp([1], 0), -1);
});
