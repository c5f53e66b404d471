import assert from "node:assert/strict";
import { test } from "node:test";
import { frameMnist } from "../../../jacviz/app/frontend/preprocessing/mnist_frame.js";
import { random } from "../helpers.js";

const SIDE = 28;

/**
 * @param {number} height
 * @param {number} width
 * @param {(y: number, x: number) => number} ink
 */
function drawing(height, width, ink) {
  return Uint8Array.from({ length: height * width }, (_, i) =>
    ink(Math.floor(i / width), i % width),
  );
}

/** @type {(inside: boolean) => number} */
const full = (inside) => (inside ? 255 : 0);

test("a bar is fitted into 20 pixels and centred", () => {
  const bar = drawing(280, 280, (y, x) => full(y >= 60 && y < 220 && x >= 130 && x < 150));
  const { image, top, left, scale, empty } = frameMnist(bar, 280, 280);
  assert.deepEqual([top, left, scale, empty], [20, 20, 8, false]);
  const column = Array.from({ length: SIDE }, (_, y) => image[y * SIDE + 14]);
  assert.deepEqual(
    column,
    column.map((_, y) => Number(y >= 5 && y < 25)),
  );
  assert.equal(image.length, SIDE * SIDE);
});

test("where on the canvas something is drawn changes only where the frame lies", () => {
  const next = random(5);
  const blot = drawing(30, 22, () => 255 * next());
  const at = (/** @type {number} */ down, /** @type {number} */ across) =>
    frameMnist(
      drawing(90, 80, (y, x) => {
        const [row, column] = [y - down, x - across];
        return row >= 0 && row < 30 && column >= 0 && column < 22 ? blot[row * 22 + column] : 0;
      }),
      90,
      80,
    );
  const [here, there] = [at(4, 7), at(36, 55)];
  const differences = here.image.map((ink, i) => Math.abs(ink - there.image[i]));
  assert.ok(Math.max(...differences) < 1e-6);
  assert.deepEqual([there.top - here.top, there.left - here.left], [32, 48]);
  assert.equal(here.scale, there.scale);
});

test("bytes and numbers in [0, 1] are the same ink, and a box of it is only a hint", () => {
  const next = random(2);
  const ink = drawing(50, 40, (y, x) => (y > 5 && y < 30 && x > 3 ? 256 * next() : 0));
  const numbers = Float32Array.from(ink, (byte) => byte / 255);
  const expected = frameMnist(ink, 50, 40);
  assert.deepEqual(frameMnist(numbers, 50, 40), expected);
  assert.deepEqual(frameMnist(ink, 50, 40, { top: 6, left: 4, height: 24, width: 36 }), expected);
});

test("faint ink does not extend the box, and is kept inside it", () => {
  const clear = drawing(40, 40, (y, x) => full(y >= 10 && y < 30 && x >= 10 && x < 30));
  const faint = drawing(40, 40, (y, x) => Math.max(9, clear[y * 40 + x]));
  assert.deepEqual(frameMnist(faint, 40, 40), frameMnist(clear, 40, 40));
});

test("a dot is not enlarged to a square", () => {
  const dot = drawing(128, 128, (y, x) => full(y === 64 && x === 64));
  const { image, scale } = frameMnist(dot, 128, 128);
  assert.equal(scale, 0.5);
  assert.equal(
    image.reduce((sum, ink) => sum + ink, 0),
    4,
  );
});

test("an empty canvas is a blank frame", () => {
  const expected = {
    image: new Float32Array(SIDE * SIDE),
    top: 0,
    left: 0,
    scale: 1,
    empty: true,
  };
  assert.deepEqual(frameMnist(new Uint8Array(12), 3, 4), expected);
  assert.deepEqual(frameMnist(new Float32Array(12), 3, 4), expected);
});

test("ink of another size than it says is refused", () => {
  assert.throws(() => frameMnist(new Uint8Array(5), 2, 3), /ink of 2x3 pixels, got 5 numbers/);
});
