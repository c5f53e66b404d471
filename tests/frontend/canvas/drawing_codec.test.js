import assert from "node:assert/strict";
import { test } from "node:test";
import {
  HEADER_BYTES,
  decodeDrawing,
  encodeDrawing,
  isEmptyDrawing,
  sameDrawing,
} from "../../../jacviz/app/frontend/canvas/drawing_codec.js";
import { random } from "../helpers.js";

const SIDE = 392;

/**
 * A canvas with ink from `ink(y, x)`, 0 to 255.
 *
 * @param {number} height
 * @param {number} width
 * @param {(y: number, x: number) => number} ink
 */
function canvas(height, width, ink) {
  const rgba = new Uint8ClampedArray(4 * height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba[4 * (y * width + x) + 3] = ink(y, x);
  }
  return rgba;
}

/** @param {Uint8Array<ArrayBuffer>} message */
function decode(message) {
  const header = new DataView(message.buffer);
  const [height, width, top, left, rows, columns] = [0, 1, 2, 3, 4, 5].map((i) =>
    header.getUint16(2 * i, true),
  );
  return {
    height,
    width,
    top,
    left,
    rows,
    columns,
    ink: message.subarray(HEADER_BYTES),
  };
}

/**
 * The ink on the whole canvas, each area as large as it was.
 *
 * @param {Uint8Array<ArrayBuffer>} message
 */
function laidAgain(message) {
  const { width, top, left, rows, columns, ink } = decode(message);
  const factor = Math.ceil(SIDE / width);
  return canvas(SIDE, SIDE, (y, x) => {
    const [row, column] = [Math.floor(y / factor) - top, Math.floor(x / factor) - left];
    const inside = row >= 0 && row < rows && column >= 0 && column < columns;
    return inside ? ink[row * columns + column] : 0;
  });
}

test("an empty canvas is a header with its size", () => {
  const message = encodeDrawing(
    canvas(40, 30, () => 0),
    40,
    30,
  );
  assert.ok(isEmptyDrawing(message));
  assert.deepEqual(
    { ...decode(message), ink: [] },
    { height: 40, width: 30, top: 0, left: 0, rows: 0, columns: 0, ink: [] },
  );
});

test("a small drawing is sent as it is, without the blank around it", () => {
  const message = encodeDrawing(
    canvas(40, 30, (y, x) => (y === 7 && x >= 5 && x < 9 ? 10 * x : 0)),
    40,
    30,
  );
  const { height, width, top, left, rows, columns, ink } = decode(message);
  assert.deepEqual([height, width, top, left, rows, columns], [40, 30, 7, 5, 1, 4]);
  assert.deepEqual([...ink], [50, 60, 70, 80]);
});

test("a large drawing is reduced by the least factor that fits, averaging areas", () => {
  // 200 pixels, from an odd one on, touch 101 areas of two and 68 of three.
  const rgba = canvas(SIDE, SIDE, (y, x) => (x >= 1 && x < 201 && y === 0 ? 90 : 0));
  const { height, width, top, left, rows, columns, ink } = decode(encodeDrawing(rgba, SIDE, SIDE));
  assert.deepEqual([height, width, top, left, rows, columns], [131, 131, 0, 0, 1, 67]);
  assert.equal(ink[0], Math.round((2 * 90) / 9));
  assert.equal(ink[1], Math.round((3 * 90) / 9));
});

test("ink is never averaged away", () => {
  const rgba = canvas(SIDE, SIDE, (y, x) => (y === x ? 1 : 0));
  const { ink, columns } = decode(encodeDrawing(rgba, SIDE, SIDE));
  for (let i = 0; i < columns; i++) assert.equal(ink[i * columns + i], 1);
});

test("a drawing laid on the canvas again makes the same message", () => {
  for (let seed = 0; seed < 30; seed++) {
    const next = random(seed);
    // Within the 390 pixels that areas of one, two or three divide: the last area may be cut.
    const blots = Array.from({ length: 1 + Math.floor(3 * next()) }, () => {
      const [top, left, height, width] = [0, 0, 0, 0].map(() => 1 + Math.floor(194 * next()));
      return {
        top,
        left,
        bottom: top + height,
        right: left + width,
        density: next() < 0.5 ? 0.1 : 1,
      };
    });
    const rgba = canvas(SIDE, SIDE, (y, x) => {
      const blot = blots.find(
        (one) => y >= one.top && y < one.bottom && x >= one.left && x < one.right,
      );
      return blot && next() < blot.density ? Math.floor(256 * next()) : 0;
    });
    const message = encodeDrawing(rgba, SIDE, SIDE);
    const { rows, columns } = decode(message);
    assert.ok(Math.max(rows, columns) <= 100);
    assert.ok(sameDrawing(encodeDrawing(laidAgain(message), SIDE, SIDE), message), `seed ${seed}`);
  }
});

test("a model that sees more pixels is sent more of them", () => {
  const rgba = canvas(SIDE, SIDE, (y, x) => (x < 300 && y === 0 ? 90 : 0));
  /** @type {(frameSide?: number) => number} */
  const columns = (frameSide) => decode(encodeDrawing(rgba, SIDE, SIDE, frameSide)).columns;
  assert.deepEqual([undefined, 20, 28].map(columns), [100, 100, 100]);
  assert.equal(columns(42), 150);
  assert.equal(columns(84), 300);
});

test("a small drawing is decoded to the ink that was encoded", () => {
  for (let seed = 0; seed < 20; seed++) {
    const next = random(seed);
    const [height, width] = [1 + Math.floor(40 * next()), 1 + Math.floor(40 * next())];
    const [top, left] = [Math.floor(height * next()), Math.floor(width * next())];
    const rgba = canvas(height, width, (y, x) =>
      y >= top && x >= left && next() < 0.2 ? Math.floor(256 * next()) : 0,
    );
    const decoded = decodeDrawing(encodeDrawing(rgba, height, width));
    assert.deepEqual([decoded.height, decoded.width], [height, width]);
    assert.deepEqual(
      decoded.ink,
      Uint8Array.from({ length: height * width }, (_, i) => rgba[4 * i + 3]),
    );
    const { box } = decoded;
    const inside = (/** @type {number} */ i) => {
      const [row, column] = [Math.floor(i / width) - box.top, (i % width) - box.left];
      return row >= 0 && row < box.height && column >= 0 && column < box.width;
    };
    assert.ok(decoded.ink.every((ink, i) => ink === 0 || inside(i)));
  }
});

test("a drawing in the middle of a buffer is decoded too", () => {
  const message = Uint8Array.of(9, 9, 9, 1, 0, 3, 0, 0, 0, 1, 0, 1, 0, 2, 0, 7, 8, 9);
  assert.deepEqual(decodeDrawing(message.subarray(3, 17)).ink, Uint8Array.of(0, 7, 8));
});

test("what is no drawing is not decoded", () => {
  const header = [1, 0, 3, 0, 0, 0, 1, 0, 1, 0, 2, 0];
  assert.throws(() => decodeDrawing(Uint8Array.of(1, 2)), /at least 12 bytes, got 2/);
  assert.throws(() => decodeDrawing(Uint8Array.from([...header, 7])), /14 bytes .* got 13/);
  const large = Uint8Array.from([1, 5, ...header.slice(2), 7, 8]);
  assert.throws(() => decodeDrawing(large), /canvas of 1 to 1024 pixels a side, got 1281x3/);
  const outside = Uint8Array.from([...header, 7, 8]);
  outside[8] = 2;
  assert.throws(() => decodeDrawing(outside), /within the canvas of 1x3, got 2x2 pixels at \(0, 1/);
});

test("drawings are the same where every byte is", () => {
  assert.ok(sameDrawing(Uint8Array.of(1, 2), Uint8Array.of(1, 2)));
  assert.ok(!sameDrawing(Uint8Array.of(1, 2), Uint8Array.of(1, 3)));
  assert.ok(!sameDrawing(Uint8Array.of(1, 2), Uint8Array.of(1)));
  assert.ok(!sameDrawing(null, Uint8Array.of(1)));
});
