import assert from "node:assert/strict";
import { test } from "node:test";
import { isClass } from "../../../jacviz/app/frontend/core/elements.js";
import { Channel } from "../../../jacviz/app/frontend/state/channel.js";
import { Selection } from "../../../jacviz/app/frontend/state/selection.js";
import { Settings, sameView } from "../../../jacviz/app/frontend/state/settings.js";
import { parsePixelSetting, pixelSetting } from "../../../jacviz/app/frontend/input/inspector.js";

/** @import { SettingRow, SettingTable } from "../../../jacviz/app/frontend/core/types.js" */

/**
 * @param {string} value
 * @param {string} [standard]
 * @returns {SettingRow}
 */
const row = (value, standard = value) => ({
  label: "Label",
  value,
  default: standard,
  options: [],
});

/** @type {SettingTable} As jacviz/app/state.py writes it for a link with a tool and a pixel. */
const TABLE = {
  space: {
    ...row("logit", "probability"),
    label: "Output",
    options: [
      ["probability", "Probability"],
      ["logit", "Logit"],
    ],
  },
  scale: row("shared"),
  network: row("standard"),
  method: row("gradient"),
  tool: row("pixel", "maps"),
  pixel: row("3-4", ""),
  a: row(""),
  b: row(""),
  target: row(""),
  overlay: row(""),
  opacity: row("60"),
  present: row("0"),
  keys: row("1"),
};

function begun() {
  const settings = new Settings();
  settings.begin(TABLE);
  return settings;
}

test("whoever subscribes late is told the latest value", () => {
  const channel = new Channel(/** @type {number | null} */ (null));
  /** @type {number[]} */
  const heard = [];
  const unsubscribe = channel.subscribe((value) => heard.push(value));
  channel.publish(1);
  channel.subscribe((value) => heard.push(10 * value));
  unsubscribe();
  channel.publish(2);
  assert.deepEqual(heard, [1, 10, 20]);
});

test("settings begin as the link says, and the query tells what differs from the defaults", () => {
  const settings = begun();
  assert.equal(settings.value("tool"), "pixel");
  assert.equal(settings.label("tool"), "Label");
  assert.equal(settings.query, "space=logit&tool=pixel&pixel=3-4");
  settings.set({ space: "probability", tool: "maps", a: "4", opacity: "35" });
  assert.equal(settings.query, "pixel=3-4&a=4&opacity=35");
});

test("a rerun of the script does not take back what was set on the page", () => {
  const settings = begun();
  settings.set({ tool: "check" });
  settings.begin(TABLE);
  assert.equal(settings.value("tool"), "check");
});

test("a rerun of the script tells of choices that are new", () => {
  const settings = begun();
  assert.deepEqual(settings.options("scale"), []);
  assert.deepEqual(settings.options("space")[1], ["logit", "Logit"]);
  /** @type {[string, string]} */
  const added = ["third", "Third"];
  settings.begin({ ...TABLE, network: { ...row("standard"), options: [added] } });
  assert.deepEqual(settings.options("network"), [added]);
});

test("how the maps are looked at is four of the settings", () => {
  const settings = begun();
  const { view } = settings;
  assert.deepEqual(view, {
    space: "logit",
    scale: "shared",
    network: "standard",
    method: "gradient",
  });
  settings.set({ pixel: "1-2" });
  assert.ok(sameView(settings.view, view));
  for (const name of ["space", "scale", "network", "method"]) {
    const changed = begun();
    changed.set({ [name]: "other" });
    assert.ok(!sameView(changed.view, view), name);
  }
  assert.equal(new Settings().view, null);
});

test("before they begin, settings are empty and cannot be set", () => {
  const settings = new Settings();
  settings.set({ tool: "check" });
  assert.equal(settings.value("tool"), "");
  assert.equal(settings.query, "");
});

test("the pointer selects until a pixel is pinned", () => {
  const selection = new Selection();
  selection.point({ row: 1, column: 2 });
  assert.deepEqual(selection.latest, {
    pixel: { row: 1, column: 2 },
    pinned: false,
  });
  selection.toggle({ row: 3, column: 3 });
  selection.point({ row: 0, column: 0 });
  assert.deepEqual(selection.latest, {
    pixel: { row: 3, column: 3 },
    pinned: true,
  });
  selection.toggle({ row: 3, column: 3 });
  assert.deepEqual(selection.latest, { pixel: null, pinned: false });
});

test("nothing is told where the pointer stays on its pixel", () => {
  const selection = new Selection();
  let told = 0;
  selection.subscribe(() => told++);
  selection.point({ row: 1, column: 2 });
  selection.point({ row: 1, column: 2 });
  selection.clear();
  selection.clear();
  assert.equal(told, 3); // the first is what was there on subscribing
});

test("arrows begin in the middle and stay within the frame", () => {
  const frame = { height: 20, width: 24 };
  const selection = new Selection();
  selection.move(0, 1, frame);
  assert.deepEqual(selection.latest, {
    pixel: { row: 10, column: 12 },
    pinned: true,
  });
  for (let i = 0; i < 30; i++) selection.move(1, -1, frame);
  assert.deepEqual(selection.latest.pixel, { row: 19, column: 0 });
});

test("a pinned pixel is written into links, and read again", () => {
  const pixel = { row: 19, column: 0 };
  assert.equal(pixelSetting({ pixel, pinned: true }), "19-0");
  assert.deepEqual(parsePixelSetting("19-0"), pixel);
  assert.equal(pixelSetting({ pixel, pinned: false }), "");
  assert.equal(parsePixelSetting(""), null);
});

test("a chosen class counts only where the model has it", () => {
  const labels = ["cat", "dog"];
  assert.deepEqual(
    ["0", "1", "2", "", "length", "-1", "0.5"].map((k) => isClass(k, labels)),
    [true, true, false, false, false, false, false],
  );
});
