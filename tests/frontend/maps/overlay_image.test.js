import assert from "node:assert/strict";
import { test } from "node:test";
import { transparentTable } from "../../../jacviz/app/frontend/maps/overlay_image.js";
import { random } from "../helpers.js";

test("transparent colours look the same on the neutral colour, and are as transparent as can be", () => {
  const next = random(3);
  const opaque = new Uint8ClampedArray(
    Array.from({ length: 9 }, () => [256 * next(), 256 * next(), 256 * next(), 255]).flat(),
  );
  const paper = opaque.slice(16, 19);
  const table = transparentTable(new Uint32Array(opaque.buffer.slice(0)));
  const bytes = new Uint8ClampedArray(table.buffer);
  for (let at = 0; at < bytes.length; at += 4) {
    const alpha = bytes[at + 3] / 255;
    for (let i = 0; i < 3; i++) {
      const seen = alpha * bytes[at + i] + (1 - alpha) * paper[i];
      assert.ok(Math.abs(seen - opaque[at + i]) <= 2, `${seen} for ${opaque[at + i]}`);
    }
    const [least, most] = [
      Math.min(...bytes.slice(at, at + 3)),
      Math.max(...bytes.slice(at, at + 3)),
    ];
    assert.ok(alpha === 0 || least <= 1 || most >= 254);
  }
  assert.equal(bytes[19], 0);
});
