/** Numbers as people read them; tests/export/test_number_format.py holds the Python side to the same table. */

import assert from "node:assert/strict";
import { test } from "node:test";
import cases from "./number_cases.json" with { type: "json" };
import { percent, signed, significant } from "../../../jacviz/app/frontend/text/numbers.js";

/** @type {(text: string) => string} The page writes a minus sign where a terminal has a hyphen. */
const asOnPage = (text) => text.replaceAll("-", "\u2212");

for (const [probability, text] of cases.percent) {
  test(`a probability of ${probability} is ${text}`, () => {
    assert.equal(percent(Number(probability)), text);
  });
}

for (const [value, digits, text] of cases.significant) {
  test(`${value} with ${digits} significant digits is ${text}`, () => {
    assert.equal(significant(Number(value), Number(digits)), asOnPage(`${text}`));
  });
}

test("a signed number has its sign also where it is positive, and none where it is zero", () => {
  assert.equal(signed(0.25), "+0.250");
  assert.equal(signed(-0.25), "\u22120.250");
  assert.equal(signed(0), "0");
});

test("what is written is the number to within half of its last digit", () => {
  for (let exponent = -30; exponent <= 30; exponent++) {
    for (const factor of [1, 1.234, 5.678, 9.949, 9.951, 9.999]) {
      const value = factor * 10 ** exponent;
      const written = Number(significant(value).replace("\u2212", "-"));
      assert.ok(Math.abs(written - value) <= 0.051 * value, `${value} is written as ${written}`);
    }
  }
});
