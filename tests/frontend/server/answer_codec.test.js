import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeAnswer, decodeAscent } from "../../../jacviz/app/frontend/server/answer_codec.js";
import { answer, message } from "../helpers.js";

const { frame, probabilities, largest, maps, ...header } = answer();

test("an exact answer has the numbers that were sent", () => {
  const decoded = decodeAnswer(message(header, [frame, probabilities, largest, ...maps]));
  assert.deepEqual(decoded, answer());
});

test("an answer while the pen moves has its maps in 127ths, one byte each", () => {
  const coarse = [
    Int8Array.of(127, 0, 0, 0, 0, -64),
    new Int8Array(6),
    Int8Array.of(127, -127, 0, 0, 0, 64),
  ];
  const moving = { ...header, exact: false };
  const decoded = decodeAnswer(message(moving, [frame, probabilities, largest, ...coarse]));
  assert.deepEqual(decoded.maps, coarse);
  assert.deepEqual(decoded.largest, largest);
});

test("an answer to an empty canvas has a frame, and no class", () => {
  const empty = { ...header, empty: true, top: undefined };
  const decoded = decodeAnswer(message(empty, [new Float32Array(6)]));
  assert.equal(decoded.top, -1);
  assert.equal(decoded.frame.length, 6);
  assert.equal(decoded.probabilities.length, 0);
  assert.deepEqual(decoded.maps, []);
});

test("labels are text, whatever the model calls its classes", () => {
  const labels = ["<b>", "é&", '"'];
  const decoded = decodeAnswer(
    message({ ...header, labels }, [frame, probabilities, largest, ...maps]),
  );
  assert.deepEqual(decoded.labels, labels);
});

test("the answers of an ascent lie one after the other", () => {
  const answers = [0, 1, 2].map((top) =>
    message({ ...header, top }, [frame, probabilities, largest, ...maps]),
  );
  const about = {
    target: 2,
    flipped: true,
    ending: "it flipped",
    sizes: [
      [0, 0, 0],
      [1, 1, 1],
      [2, 2, 2],
    ],
  };
  const lengths = answers.map(({ byteLength }) => byteLength);
  const buffer = message(
    { ...about, lengths },
    answers.map((one) => new Uint8Array(one)),
  );
  const ascent = decodeAscent(buffer);
  assert.deepEqual(
    ascent.answers.map(({ top }) => top),
    [0, 1, 2],
  );
  assert.deepEqual(ascent.answers[1].maps, maps);
  assert.equal(ascent.target, 2);
  assert.ok(ascent.flipped);
});
