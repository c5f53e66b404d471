/**
 * Runs one WebAssembly module as the page does: reads requests from standard input, a line of JSON
 * each, and answers each with a line. See node.py. Ends with its input.
 */

/** @import { ModelManifest } from "../../app/frontend/core/types.js" */

import { createInterface } from "node:readline";
import { WasmJacobian, hasRelaxedSimd } from "../../app/frontend/engine/wasm_jacobian.js";

const WARM_UP_MS = 300; // V8 optimises a function while it is called

if (process.argv.includes("--relaxed")) {
  console.log(hasRelaxedSimd());
  process.exit();
}

/** @param {string} text */
const bytes = (text) => Uint8Array.from(Buffer.from(text, "base64"));

/** @param {Record<string, any>} request */
function load({ module, constants, layout, inputs, outputs }) {
  const manifest = /** @type {ModelManifest} */ ({
    height: 1,
    width: inputs,
    labels: Array.from({ length: outputs }, (_, k) => `${k}`),
    layout,
    files: { simd: "module", relaxed: "module", constants: "constants" },
  });
  return WasmJacobian.load(manifest, async (file) => bytes(file === "module" ? module : constants));
}

/** @type {WasmJacobian | undefined} */
let wasm;
let image = new Float32Array();
let warm = false;

/** @param {Record<string, any>} request */
async function answer(request) {
  if (request.module) {
    wasm = await load(request);
    return {};
  }
  if (!wasm) throw new Error("expected a module first");
  if (request.input) {
    image = new Float32Array(bytes(request.input).buffer);
    const { outputs, jacobian } = wasm.evaluate(image);
    const numbers = Buffer.concat([outputs, ...jacobian].map((row) => Buffer.from(row.buffer)));
    return { numbers: numbers.toString("base64") };
  }
  const start = performance.now();
  while (!warm && performance.now() - start < WARM_UP_MS) wasm.evaluate(image);
  warm = true;
  wasm.evaluate(image);
  const seconds = [];
  for (let call = 0; call < request.calls; call++) {
    const begin = process.hrtime.bigint();
    wasm.evaluate(image);
    seconds.push(Number(process.hrtime.bigint() - begin) / 1e9);
  }
  return { seconds };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
