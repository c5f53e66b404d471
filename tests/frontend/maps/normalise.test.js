import assert from "node:assert/strict";
import { test } from "node:test";
import { normalise } from "../../../jacviz/app/frontend/maps/normalise.js";
import { answer } from "../helpers.js";

test("on one scale for all, the largest of all maps has full colour", () => {
  const { limit, share } = normalise(answer(), false);
  assert.equal(limit, 4);
  assert.deepEqual([share(0, 0), share(1, 0), share(2, 0), share(2, 1)], [0.25, -0.5, 1, -1]);
});

test("on scales of their own, each map's largest has full colour", () => {
  const { limit, share } = normalise(answer(), true);
  assert.equal(limit, null);
  assert.deepEqual([share(0, 0), share(1, 0), share(2, 1), share(0, 5)], [1, -1, -1, -0.5]);
});

test("127ths of a map's largest are the same shares", () => {
  const exact = answer();
  const maps = exact.maps.map((map, k) =>
    Int8Array.from(map, (value) => Math.round((127 * value) / exact.largest[k])),
  );
  for (const each of [false, true]) {
    const coarse = normalise({ ...exact, maps }, each);
    const { share } = normalise(exact, each);
    for (let k = 0; k < 3; k++) {
      for (let pixel = 0; pixel < 6; pixel++) {
        assert.ok(Math.abs(coarse.share(k, pixel) - share(k, pixel)) <= 0.5 / 127 + 1e-12);
      }
    }
  }
});

test("zero is zero: an empty canvas, and a map that is zero everywhere", () => {
  const empty = normalise(answer({ empty: true, maps: [] }), false);
  assert.deepEqual([empty.limit, empty.share(0, 0)], [0, 0]);
  const flat = {
    maps: [0, 1, 2].map(() => new Float32Array(6)),
    largest: new Float32Array(3),
  };
  for (const each of [false, true]) assert.equal(normalise(answer(flat), each).share(1, 2), 0);
});
