import assert from "node:assert/strict";
import { test } from "node:test";
import {
  amountNote,
  ascentDescription,
  ascentResult,
  brushTitle,
  changeSizes,
  checkDetails,
  checkVerdict,
  forAndAgainst,
  oddsAtPixel,
  oddsSentence,
  stepSentence,
  worstError,
} from "../../../jacviz/app/frontend/text/panel_sentences.js";
import { namePlaces } from "../../../jacviz/app/frontend/panels/probability_chart.js";
import { answer } from "../helpers.js";

/** @type {import("../../../jacviz/app/frontend/text/panel_sentences.js").CheckReport} */
const REPORT = {
  passed: true,
  total: 784,
  checked: 64,
  failures: 0,
  kinks: 0,
  worst: 3.2e-7,
  output: 2,
  pixel: [4, 5],
  directions: 8,
  along: 1e-8,
  sums: 2e-8,
  tolerance: 1e-5,
};
const LABELS = ["cat", "dog", "<b>"];

test("a check that passed, failed, met kinks, or is about something else", () => {
  assert.equal(checkVerdict(REPORT, answer(), false), "Correct at 64 of 784 pixels, no kinks.");
  assert.match(
    checkVerdict({ ...REPORT, passed: false, failures: 3 }, answer(), false),
    /^WRONG at 3 of 64/,
  );
  assert.match(checkVerdict({ ...REPORT, kinks: 2 }, answer(), false), /2 on a kink/);
  assert.match(checkVerdict(REPORT, answer(), true), /^Of an earlier drawing or view: Correct/);
  assert.match(
    checkVerdict(REPORT, answer({ method: "smoothgrad" }), false),
    /This is the gradient/,
  );
});

test("the worst error has a place, if there is one", () => {
  assert.equal(
    worstError(REPORT, { labels: LABELS, noun: "shape" }),
    "Worst error: 3.2e\u22127 of the largest derivative, at shape <b>, row 4, column 5.",
  );
  assert.equal(worstError({ ...REPORT, output: null }, answer()), "");
  assert.match(checkDetails(REPORT), /^Along 8 random changes.*allowed 1\.0e\u22125\.$/);
});

test("odds are told from the side of the likelier class", () => {
  assert.equal(
    oddsSentence(Math.log(3), "a", "b"),
    "log(p(a) / p(b)) = +1.10: a is 3.00 times as likely as b.",
  );
  assert.equal(
    oddsSentence(-Math.log(3), "a", "b"),
    "log(p(a) / p(b)) = \u22121.10: b is 3.00 times as likely as a.",
  );
});

test("the odds' derivative is told of a pixel, and else what the colours are", () => {
  assert.equal(oddsAtPixel({ row: 1, column: 2 }, 0.5), "Row 1, column 2: +0.500 per unit of ink.");
  assert.match(oddsAtPixel(null, null), /^The colours are/);
});

test("labels stay text among the marks of the colours", () => {
  const parts = forAndAgainst("<b>", "dog");
  assert.ok(parts.includes(" speaks for <b> and against dog, on "));
  assert.equal(parts.filter((part) => typeof part !== "string").length, 2);
});

test("an ascent ends with a flip, without one, or before its first step", () => {
  /** @type {(flipped: boolean, images: number) => string} */
  const result = (flipped, images) =>
    ascentResult({ target: 1, flipped, answers: new Array(images) }, LABELS);
  assert.equal(result(true, 2), "It flips to dog in 1 step.");
  assert.equal(result(true, 13), "It flips to dog in 12 steps.");
  assert.equal(result(true, 1), "It is a dog already.");
  assert.equal(result(false, 51), "No dog in 50 steps, within paper and full ink.");
});

test("an ascent is told step by step", () => {
  assert.equal(stepSentence(answer(), 2, 3, 12), "Step 3 of 12: 2 has 20.0%.");
  assert.equal(changeSizes([12.34, 2.345, 0.5]), "L1 12.3, L2 2.35, largest 0.500");
  const ascent = {
    target: 2,
    flipped: true,
    ending: "",
    sizes: [],
    answers: [answer(), answer({ probabilities: Float32Array.of(0, 0.25, 0.75) })],
  };
  assert.match(ascentDescription(ascent, LABELS), /that of <b> goes from 20\.0% to 75\.0%$/);
});

test("ink that cannot be added is called so", () => {
  assert.equal(amountNote(0.5, [-0.2, 0.8]), "Possible: \u22120.20 to +0.80.");
  assert.equal(amountNote(0.9, [-0.2, 0.8]), "No such ink: only \u22120.20 to +0.80.");
});

test("a brush is called by its width", () => {
  assert.equal(brushTitle(0), "this pixel alone");
  assert.equal(brushTitle(2), "a round brush, 5 pixels across");
});

test("names of likely classes stand at their lines' ends, none on top of another", () => {
  const places = namePlaces([0.05, 0.46, 0.44, 0.05], 38);
  assert.deepEqual(
    places.map(({ k }) => k),
    [1, 2],
  );
  assert.ok(Math.abs(places[0].y - 0.54 * 38) < 1e-9);
  assert.equal(places[1].y - places[0].y, 13);
  assert.deepEqual(namePlaces([], 38), []);
  // Of seven that are as likely, those that would stand far below the chart have no room.
  const crowd = namePlaces(new Array(7).fill(1 / 7), 38);
  assert.deepEqual(
    crowd.map(({ k }) => k),
    [0, 1],
  );
});
