import assert from "node:assert/strict";
import { test } from "node:test";
import { letterbox } from "../../../jacviz/app/frontend/preprocessing/letterbox.js";
import { random } from "../helpers.js";

test("a drawing of the input's size stays as it is", () => {
  const next = random(1);
  const ink = Uint8Array.from({ length: 20 * 24 }, () => 256 * next());
  const { image, top, left, scale, empty } = letterbox(ink, 20, 24, 20, 24);
  assert.deepEqual(
    image,
    Float32Array.from(ink, (byte) => byte / 255),
  );
  assert.deepEqual([top, left, scale, empty], [0, 0, 1, false]);
});

test("the aspect ratio is kept, and the borders are background", () => {
  const { image, top, left, scale } = letterbox(new Uint8Array(40 * 20).fill(255), 40, 20, 10, 10);
  assert.deepEqual([top, left, scale], [0, -10, 4]);
  for (let y = 0; y < 10; y++) {
    assert.deepEqual([...image.subarray(10 * y, 10 * y + 10)], [0, 0, 0.5, 1, 1, 1, 1, 0.5, 0, 0]);
  }
});

test("no ink is lost or added", () => {
  for (let seed = 0; seed < 20; seed++) {
    const next = random(seed);
    const [height, width] = [1 + Math.floor(60 * next()), 1 + Math.floor(60 * next())];
    const ink = Float32Array.from({ length: height * width }, next);
    const { image, scale } = letterbox(ink, height, width, 20, 24);
    const drawn = ink.reduce((sum, one) => sum + one, 0);
    const framed = image.reduce((sum, one) => sum + one, 0) * scale ** 2;
    assert.ok(Math.abs(framed / drawn - 1) < 1e-5, `seed ${seed}`);
  }
});

test("a box of the ink is only a hint, and no ink is empty", () => {
  const ink = new Uint8Array(90);
  ink.fill(200, 31, 36);
  const box = { top: 3, left: 1, height: 1, width: 5 };
  assert.deepEqual(letterbox(ink, 9, 10, 4, 6, box), letterbox(ink, 9, 10, 4, 6));
  assert.ok(letterbox(new Uint8Array(90), 9, 10, 4, 6).empty);
});
