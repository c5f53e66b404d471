import assert from "node:assert/strict";
import { test } from "node:test";
import { HEADER_BYTES } from "../../../jacviz/app/frontend/canvas/drawing_codec.js";
import { History } from "../../../jacviz/app/frontend/state/history.js";
import { answer, random } from "../helpers.js";

const EMPTY = new Uint8Array(HEADER_BYTES);

/** @param {number} ink */
const drawing = (ink) => Uint8Array.from([...EMPTY, ink]);

/** @param {number[]} inks A history of such strokes on an empty canvas. */
function drawn(...inks) {
  const history = new History();
  for (const ink of inks) {
    history.beginStroke(history.current.drawing ?? EMPTY);
    history.endStroke(drawing(ink));
  }
  return history;
}

/** @param {History} history */
const inks = ({ entries }) => entries.map((entry) => entry.drawing?.[HEADER_BYTES] ?? null);

test("each stroke is an entry, after that of the empty canvas", () => {
  const history = drawn(1, 2, 3);
  assert.deepEqual(inks(history), [null, 1, 2, 3]);
  assert.equal(history.position, 3);
  assert.equal(history.inked.length, 3);
});

test("a stroke that changes no pixel is an entry of its own", () => {
  assert.deepEqual(inks(drawn(1, 1, 1)), [null, 1, 1, 1]);
});

test("a stroke after undo takes the place of what was undone", () => {
  const history = drawn(1, 2, 3);
  history.step(-1);
  history.step(-1);
  history.endStroke(drawing(7));
  assert.deepEqual(inks(history), [null, 1, 7]);
  assert.equal(history.position, 2);
});

test("undo and redo stop at the ends", () => {
  const history = drawn(1);
  history.step(1);
  assert.equal(history.position, 1);
  for (let i = 0; i < 3; i++) history.step(-1);
  assert.equal(history.position, 0);
});

test("an answer belongs to the entry that the canvas was at when it was read", () => {
  const history = drawn(1);
  history.noteAnswer(drawing(1), answer({ top: 1 }), history.version);
  assert.equal(history.current.answer?.top, 1);
  const { version } = history;
  history.beginStroke(drawing(1));
  history.endStroke(drawing(2));
  history.noteAnswer(drawing(1), answer({ top: 2 }), version);
  assert.equal(history.current.answer?.top, undefined);
});

test("what is read while undo is under way does not replace what is known", () => {
  const history = drawn(1, 2);
  history.step(-1);
  history.noteAnswer(drawing(2), answer(), history.version);
  assert.deepEqual(inks(history), [null, 1, 2]);
  assert.equal(history.current.answer?.top, undefined);
  history.noteAnswer(drawing(1), answer({ top: 0 }), history.version);
  assert.equal(history.current.answer?.top, 0);
});

test("a canvas with neither undo nor redo has been cleared, or something was laid on it", () => {
  const history = drawn(1, 2);
  history.synchronise(false, false);
  assert.deepEqual([inks(history), history.position], [[null], 0]);
});

test("of more strokes than the canvas can undo, the first are forgotten", () => {
  const history = drawn(...Array.from({ length: 103 }, (_, i) => i));
  assert.equal(history.entries.length, 101);
  assert.equal(history.forgotten, 3);
  assert.equal(history.position, 100);
});

test("whatever happens, it can undo and redo as the canvas can", () => {
  for (let seed = 0; seed < 200; seed++) {
    const next = random(seed);
    const history = new History();
    // The canvas' own history: how many strokes can be undone and redone.
    let [undo, redo] = [0, 0];
    for (let i = 0; i < 40; i++) {
      const noticed = next() < 0.8;
      const kind = next();
      if (kind < 0.5) {
        [undo, redo] = [undo + 1, 0];
        if (noticed) history.endStroke(drawing(i));
      } else if (kind < 0.7 && undo) {
        [undo, redo] = [undo - 1, redo + 1];
        if (noticed) history.step(-1);
      } else if (kind < 0.9 && redo) {
        [undo, redo] = [undo + 1, redo - 1];
        if (noticed) history.step(1);
      } else if (kind > 0.97) [undo, redo] = [0, 0];
      history.synchronise(undo > 0, redo > 0);
      const { position, entries } = history;
      assert.deepEqual([position > 0, position < entries.length - 1], [undo > 0, redo > 0]);
    }
  }
});

test("every change is told", () => {
  const history = new History();
  let told = 0;
  history.changes.subscribe(() => told++);
  history.endStroke(drawing(1));
  history.step(-1);
  history.noteAnswer(EMPTY, answer({ empty: true }), history.version);
  history.fillAnswer(history.entries[1], answer());
  assert.equal(told, 4);
});
