/**
 * A network in a WebAssembly module written by hand: one pixel x, outputs a x and b x, laid out in
 * memory as jacviz/compiler/backends/wasm lays out its own. The constants are a and b.
 */

/** @import { ModelManifest } from "../../../jacviz/app/frontend/core/types.js" */

/** @type {ModelManifest} */
export const MANIFEST = {
  name: "lines",
  title: "Lines",
  labels: ["flat", "steep"],
  noun: "line",
  height: 1,
  width: 1,
  preprocess: "letterbox",
  baseline: 0,
  outputs: "logit",
  layout: { constants: 2, arena: 8, input: 1, outputs: 2, jacobian: 4, pitch: 3 },
  files: { simd: "lines.wasm", relaxed: "lines-relaxed.wasm", constants: "lines.bin" },
};

/**
 * @param {number} a
 * @param {number} b
 * @returns {(file: string) => Promise<Uint8Array<ArrayBuffer>>} What gets the manifest's files.
 */
export function files(a, b) {
  const constants = new Uint8Array(Float32Array.of(a, b).buffer);
  return async (file) => (file.endsWith(".bin") ? constants : MODULE);
}

const [I32, ARENA, CONSTANTS] = [0x7f, [0x20, 0], [0x20, 1]];
const { input, outputs, jacobian, pitch } = MANIFEST.layout;
/** @type {(place: number) => number[]} */
const load = (place) => [0x2a, 2, 4 * place];
/** @type {(place: number) => number[]} */
const store = (place) => [0x38, 2, 4 * place];
const MULTIPLY = 0x94;
const END = 0x0b;

const code = [0, 1].flatMap((k) => [
  ...[
    ...ARENA,
    ...ARENA,
    ...load(input),
    ...CONSTANTS,
    ...load(k),
    MULTIPLY,
    ...store(outputs + k),
  ],
  ...[...ARENA, ...CONSTANTS, ...load(k), ...store(jacobian + k * pitch)],
]);

const MODULE = Uint8Array.from([
  ...[0, ...text("asm").slice(1), 1, 0, 0, 0],
  ...section(1, [0x60, 2, I32, I32, 0]),
  ...section(2, [...text("env"), ...text("__linear_memory"), 2, 0, 0]),
  ...section(3, [0]),
  ...section(7, [...text("jacobian"), 0, 0]),
  ...section(10, [code.length + 2, 0, ...code, END]),
]);

/**
 * @param {number} id
 * @param {number[]} content Of its only entry.
 */
function section(id, content) {
  return [id, content.length + 1, 1, ...content];
}

/** @param {string} name */
function text(name) {
  return [name.length, ...new TextEncoder().encode(name)];
}
