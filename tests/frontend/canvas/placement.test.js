import assert from "node:assert/strict";
import { test } from "node:test";
import { placementStyle } from "../../../jacviz/app/frontend/canvas/placement.js";

test("a part of the frame keeps its place on the canvas however large the canvas is shown", () => {
  const part = { row: 2, column: 3, height: 1, width: 4 };
  const styles = [1, 1.7].map((zoom) => {
    const bounds = {
      left: 50,
      top: 80,
      right: 50 + 392 * zoom,
      bottom: 80 + 392 * zoom,
      width: 392 * zoom,
      side: 392,
    };
    const placement = {
      bounds,
      left: 50 + 28 * zoom,
      top: 80 + 14 * zoom,
      cell: 10 * zoom,
    };
    return placementStyle(placement, part);
  });
  for (const name of /** @type {const} */ (["left", "top", "width", "height"])) {
    assert.ok(Math.abs(parseFloat(styles[0][name]) - parseFloat(styles[1][name])) < 1e-9);
  }
  assert.equal(parseFloat(styles[0].width), (100 * 40) / 392);
  assert.equal(parseFloat(styles[0].left), (100 * 58) / 392);
});
