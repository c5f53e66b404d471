/**
 * Answers of the browser's engine, for tests/frontend/test_engine.py: `node compute_answers.js
 * FOLDER` reads FOLDER/drawings.json (drawings in base64, and which questions to ask) and
 * FOLDER/models, and writes answers there: little-endian numbers, and JSON.
 */

/** @import { OutputSpace } from "../../../jacviz/app/frontend/core/types.js" */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isEmptyDrawing } from "../../../jacviz/app/frontend/canvas/drawing_codec.js";
import { BrowserEngine } from "../../../jacviz/app/frontend/engine/browser_engine.js";

/**
 * @typedef {object} Plan
 * @property {string[]} drawings In base64.
 * @property {string[]} models
 * @property {number} answered How many of the drawings are answered.
 * @property {number} questioned And how many of these are asked more questions.
 * @property {{ space: OutputSpace, method: string }[]} views
 * @property {{ row: number, column: number, radius: number }[]} brushes
 * @property {[number | null, number | null][]} pairs Of classes.
 */

const NO_ARRAYS = {
  frame: undefined,
  probabilities: undefined,
  largest: undefined,
  maps: undefined,
};
const [folder] = process.argv.slice(2);

/**
 * @param {string} name
 * @param {Float32Array | Float64Array} numbers
 */
const save = (name, numbers) => writeFile(join(folder, name), new Uint8Array(numbers.buffer));

/** @param {Float32Array[]} arrays */
function joined(arrays) {
  const result = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const array of arrays) {
    result.set(array, offset);
    offset += array.length;
  }
  return result;
}

/** @type {Plan} */
const plan = JSON.parse(await readFile(join(folder, "drawings.json"), "utf8"));
const drawings = plan.drawings.map((text) => Uint8Array.from(Buffer.from(text, "base64")));

for (const network of plan.models) {
  const base = pathToFileURL(join(folder, "/"));
  const engine = await BrowserEngine.load(network, base, async (url) => readFile(url));
  const asked = drawings.slice(0, plan.questioned).filter((drawing) => !isEmptyDrawing(drawing));
  const answers = drawings
    .slice(0, plan.answered)
    .flatMap((drawing) => plan.views.map((view) => engine.answer(drawing, { ...view, network })));
  const questions = {
    curves: asked.flatMap((drawing) => plan.brushes.map((brush) => engine.whatIf(drawing, brush))),
    contrasts: asked.flatMap((drawing) => plan.pairs.map(([a, b]) => engine.versus(drawing, a, b))),
  };
  // Read only now: later questions leave earlier answers as they are.
  const headers = answers.map((answer) => ({ ...answer, ...NO_ARRAYS }));
  const text = JSON.stringify({ headers, ...questions });
  await writeFile(join(folder, `${network}.answers.json`), text);
  const arrays = answers.flatMap(({ frame, probabilities, largest, maps }) => [
    frame,
    probabilities,
    largest,
    .../** @type {Float32Array[]} */ (maps),
  ]);
  await save(`${network}.arrays`, joined(arrays));
}
