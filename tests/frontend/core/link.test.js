import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { fromBase64, toBase64 } from "../../../jacviz/app/frontend/core/base64.js";
import {
  decodeFromLink,
  encodeForLink,
  linkQuery,
} from "../../../jacviz/app/frontend/core/link.js";
import { random } from "../helpers.js";

/** @param {number} seed */
function drawing(seed) {
  const next = random(seed);
  return Uint8Array.from({ length: 12 + Math.floor(500 * next()) }, () => Math.floor(256 * next()));
}

test("a link's drawing is a version and deflated bytes, in characters that addresses may hold", async () => {
  for (let seed = 0; seed < 50; seed++) {
    const text = await encodeForLink(drawing(seed));
    assert.match(text, /^1[A-Za-z0-9_-]+$/);
    const bytes = Buffer.from(text.slice(1), "base64url");
    assert.deepEqual([...inflateSync(bytes)], [...drawing(seed)]);
  }
});

test("a link's text gives the drawing back", async () => {
  for (let seed = 0; seed < 50; seed++) {
    assert.deepEqual(await decodeFromLink(await encodeForLink(drawing(seed))), drawing(seed));
  }
});

test("a damaged text gives no drawing", async () => {
  const text = await encodeForLink(drawing(1));
  const changed = text.slice(0, 12) + (text[12] === "A" ? "B" : "A") + text.slice(13);
  const large = await encodeForLink(new Uint8Array(12 + 512 * 512 + 1));
  const others = ["", "1", `2${text.slice(1)}`, `${text} `];
  for (const other of [...others, changed, large, "1".repeat(20000)]) {
    await assert.rejects(decodeFromLink(other), other.slice(0, 40));
  }
});

test("base64 gives the bytes back", () => {
  for (let seed = 0; seed < 20; seed++) {
    assert.deepEqual(fromBase64(toBase64(drawing(seed))), drawing(seed));
  }
  assert.equal(toBase64(new Uint8Array()), "");
});

test("a link tells the drawing first, then what differs from the defaults", () => {
  assert.equal(linkQuery("1abc", "space=logit&tool=check"), "drawing=1abc&space=logit&tool=check");
  assert.equal(linkQuery("1abc", ""), "drawing=1abc");
});
