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
} from "../../../jacviz/app/frontend/text/sentences.js";
import { invitation, modelOf, nothingDrawn } from "../../../jacviz/app/frontend/text/messages.js";
import { answer } from "../helpers.js";

/** @import { TextPart } from "../../../jacviz/app/frontend/core/elements.js" */

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

const DIGITS = { noun: "digit", classes: 10 };
const SHAPES = { noun: "shape", classes: 7 };

/** @param {TextPart[]} parts */
const text = (parts) =>
  parts.map((part) => (typeof part === "string" ? part : "code" in part ? part.code : "")).join("");

test("an answer is read as its two most likely classes", () => {
  assert.equal(reading(answer()), "The standard network reads 1 (70.0%), then 2 (20.0%).");
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
  assert.equal(reading(answer({ ...saturated, method: "integrated-gradients" })), `${sure}.`);
});

test("a step of an ascent is never taken for the drawing", () => {
  const changed = { step: 2, steps: 5, target: "2" };
  assert.match(
    reading(answer({ changed })),
    /^Step 2 of 5 towards 2, changed by .*not your drawing/,
  );
});

test("an empty canvas invites to draw", () => {
  assert.match(reading(answer({ empty: true })), /^The canvas is empty\. Draw/);
  const empty = answer({ empty: true });
  assert.match(canvasDescription(empty, { samples: false }), /It is empty\.$/);
  assert.match(canvasDescription(empty, { samples: true }), /It is empty\. Open has digits/);
  assert.equal(frameDescription(answer({ empty: true })), "An empty frame");
  assert.match(mapsDescription(answer({ empty: true }), ATTRIBUTION), /nothing is drawn yet/);
});

test("the text alternatives tell what is seen", () => {
  assert.equal(
    frameDescription(answer()),
    "The drawing, framed to 3 by 2 pixels, 3 of them inked: read as 1 (70.0%)",
  );
  const maps = mapsDescription(answer(), ATTRIBUTION);
  assert.match(maps, /largest dp per ink: 0: 10\.0%, at most 1\.0; 1: 70\.0%, at most 2\.0; /);
});

test("an explanation marks its colours, and tells how far the sums are off where they are", () => {
  const gradient = explanation({ method: "gradient" }, ATTRIBUTION, DIGITS);
  assert.deepEqual(
    gradient.filter((part) => typeof part !== "string"),
    [{ swatch: "more" }, { swatch: "less" }],
  );
  const method = "integrated-gradients";
  assert.doesNotMatch(text(explanation({ method }, ATTRIBUTION, DIGITS)), /miss it by/);
  const parts = explanation({ method, residual: 0.00412 }, ATTRIBUTION, DIGITS);
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
    pixelSentence(answer({ method: "gradient-x-input" }), [0, 0, 0], pixel, false),
    "Row 1, column 2: the ink here makes no difference. Press to hold on to it.",
  );
});

test("ink is a number, and its ends are named", () => {
  assert.deepEqual([0, 0.25, 1].map(inkText), ["0, paper", "0.250", "1, full"]);
});

test("only of probabilities the sum must be zero", () => {
  assert.equal(sumText("probability", 0), "0");
  assert.equal(sumText("probability", -4.1e-8), "0, but for rounding (\u22124e\u22128)");
  assert.equal(sumText("logit", 1.5), "+1.50");
});

test("the second most likely class is the best of the others", () => {
  assert.equal(runnerUp([0.1, 0.7, 0.2], 1), 2);
  assert.equal(runnerUp([1], 0), -1);
});

test("what a label names, and how many there are, come from the model", () => {
  assert.deepEqual(modelOf(answer()), { noun: "digit", classes: 3 });
  assert.equal(
    invitation(DIGITS),
    "Draw a digit on the canvas, with a mouse, pen or finger. " +
      "Ten maps will show how each pixel moves each answer.",
  );
  assert.match(invitation(SHAPES), /^Draw a shape on .*Seven maps will show/);
  assert.match(invitation({ noun: "animal", classes: 26 }), /^Draw an animal .*26 maps/);
  assert.match(
    invitation({ noun: "class", classes: 1 }),
    /^Draw an image of one class .*One map will/,
  );
  assert.match(nothingDrawn("shape"), /^Draw a shape first/);
  assert.match(reading(answer({ ...SHAPES, empty: true })), /Draw a shape .*Three maps/);
  const gradient = explanation({ method: "gradient" }, ATTRIBUTION, SHAPES);
  assert.match(text(gradient), /speaks for the shape, on .*blue against it/);
  const method = "integrated-gradients";
  const sums = explanation({ method, residual: 0.1 }, ATTRIBUTION, SHAPES);
  assert.match(text(sums), /sums of these seven maps miss .*for the shape, on/);
  const maps = mapsDescription(answer({ noun: "shape" }), ATTRIBUTION);
  assert.match(maps, /^Three maps, one for each shape\. .*Shape, probability and largest/);
  const empty = mapsDescription(answer({ noun: "shape", empty: true }), ATTRIBUTION);
  assert.equal(empty, "Three empty maps: nothing is drawn yet.");
});

test("a model of one class has no second most likely one to tell", () => {
  const one = answer({
    labels: ["<b>"],
    top: 0,
    probabilities: Float32Array.of(1),
  });
  assert.equal(reading(one), "The standard network reads <b> (100.0%).");
});
