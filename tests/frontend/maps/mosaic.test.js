import assert from "node:assert/strict";
import { test } from "node:test";
import { Mosaic } from "../../../jacviz/app/frontend/maps/mosaic.js";

const SHAPES = [
  { count: 10, height: 28, width: 28 },
  { count: 7, height: 20, width: 24 },
  { count: 3, height: 5, width: 4 },
  { count: 1, height: 2, width: 3 },
];

for (const { count, height, width } of SHAPES) {
  const mosaic = new Mosaic(count, height, width);
  const name = `${count} maps of ${height} x ${width}`;

  test(`${name}: every cell belongs to one pixel of one map, or to none`, () => {
    const matrix = mosaic.fill((k, pixel) => `${k}:${pixel}`, "");
    assert.deepEqual([matrix.length, matrix[0].length], [mosaic.height, mosaic.width]);
    const seen = matrix.flat().filter(Boolean);
    assert.equal(seen.length, count * height * width);
    assert.equal(new Set(seen).size, seen.length);
  });

  test(`${name}: a place finds the pixel whose cell it lies in`, () => {
    for (let k = 0; k < count; k++) {
      const { left, top } = mosaic.corner(k);
      assert.deepEqual(mosaic.at(left + 0.5, top + 0.5), { row: 0, column: 0 });
      const last = mosaic.at(left + width - 0.01, top + height - 0.01);
      assert.deepEqual(last, { row: height - 1, column: width - 1 });
      assert.equal(mosaic.at(left + width + 0.01, top), null);
      assert.equal(mosaic.at(left, top + height + 0.01), null);
    }
    assert.equal(mosaic.at(-0.1, 0), null);
    assert.equal(mosaic.at(0, mosaic.height + 9), null);
  });
}

test("ten maps of 28 x 28 lie where they always did", () => {
  const mosaic = new Mosaic(10, 28, 28);
  assert.deepEqual([mosaic.width, mosaic.height, mosaic.titleHeight], [152, 62, 6]);
  for (let k = 0; k < 10; k++) {
    const expected = { left: 31 * (k % 5), top: k < 5 ? 0 : 34 };
    assert.deepEqual(mosaic.corner(k), expected);
  }
});

test("any number of maps of any shape take the same room on the page", () => {
  for (const count of [1, 2, 3, 5, 7, 10, 11, 26, 100]) {
    for (const [height, width] of [
      [28, 28],
      [20, 24],
      [64, 16],
      [9, 40],
    ]) {
      const mosaic = new Mosaic(count, height, width);
      const taken = (mosaic.height + mosaic.titleHeight) / mosaic.width;
      const unused = 68 / 152 - taken;
      assert.ok(unused > -1e-9 && unused < 1 / mosaic.width, `${count}`);
      const last = mosaic.corner(count - 1);
      assert.ok(last.left >= 0 && last.left + width <= mosaic.width);
      assert.ok(last.top + height <= mosaic.height);
    }
  }
});

test("no pixel lies where a last row has no map", () => {
  const mosaic = new Mosaic(7, 20, 24);
  const { left, top } = mosaic.corner(6);
  assert.deepEqual(mosaic.at(left, top), { row: 0, column: 0 });
  assert.equal(mosaic.at(left + mosaic.columnStep, top), null);
});

test("mosaics are equal where their maps are as many and as large", () => {
  assert.ok(new Mosaic(7, 20, 24).equals(new Mosaic(7, 20, 24)));
  for (const other of [
    [8, 20, 24],
    [7, 24, 20],
    [7, 20, 20],
  ]) {
    const [count, height, width] = other;
    assert.ok(!new Mosaic(7, 20, 24).equals(new Mosaic(count, height, width)));
  }
});

test("at most five maps stand side by side", () => {
  assert.deepEqual([new Mosaic(10, 28, 28).columns, new Mosaic(10, 28, 28).rows], [5, 2]);
  assert.deepEqual([new Mosaic(3, 28, 28).columns, new Mosaic(3, 28, 28).rows], [3, 1]);
});

test("shares from -1 to 1 take the colours of the table, and gaps none", () => {
  const mosaic = new Mosaic(2, 1, 3);
  const words = new Uint32Array(mosaic.width * mosaic.height);
  mosaic.colour(words, (k, pixel) => (k === 0 ? pixel - 1 : 0), Uint32Array.of(11, 12, 13, 14, 15));
  assert.deepEqual([...words.subarray(0, 7)], [11, 13, 15, 0, 13, 13, 13]);
  assert.ok(words.subarray(7).every((word) => word === 0));
});
