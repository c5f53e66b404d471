import assert from "node:assert/strict";
import { test } from "node:test";
import { WasmJacobian } from "../../../jacviz/app/frontend/engine/wasm_jacobian.js";
import { MANIFEST, files } from "./lines.js";

test("outputs and rows are read where the layout says", async () => {
  const lines = await WasmJacobian.load(MANIFEST, files(2, -3));
  const { outputs, jacobian } = lines.evaluate(Float32Array.of(0.5));
  assert.deepEqual(outputs, Float32Array.of(1, -1.5));
  assert.deepEqual(jacobian, [Float32Array.of(2), Float32Array.of(-3)]);
  assert.deepEqual(lines.outputsAt(Float32Array.of(2)), Float32Array.of(4, -6));
});

test("what was computed stays as it is when something else is", async () => {
  const lines = await WasmJacobian.load(MANIFEST, files(2, -3));
  const { outputs, jacobian } = lines.evaluate(Float32Array.of(1));
  jacobian[0].fill(9);
  assert.deepEqual(lines.evaluate(Float32Array.of(7)).jacobian[0], Float32Array.of(2));
  assert.deepEqual(outputs, Float32Array.of(2, -3));
});

test("two networks do not share their memory", async () => {
  const [one, other] = await Promise.all(
    [files(1, 2), files(3, 4)].map((each) => WasmJacobian.load(MANIFEST, each)),
  );
  const x = Float32Array.of(1);
  assert.deepEqual(other.outputsAt(x), Float32Array.of(3, 4));
  assert.deepEqual(one.outputsAt(x), Float32Array.of(1, 2));
});

for (const relaxed of [false, true]) {
  test(`with${relaxed ? "" : "out"} relaxed SIMD the file for it is loaded`, async (t) => {
    let asked = 0;
    t.mock.method(WebAssembly, "validate", () => asked++ === 0 || relaxed);
    /** @type {string[]} */
    const loaded = [];
    await WasmJacobian.load(MANIFEST, (file) => {
      loaded.push(file);
      return files(1, 2)(file);
    });
    const { simd, relaxed: fused, constants } = MANIFEST.files;
    assert.deepEqual(loaded, [relaxed ? fused : simd, constants]);
  });
}

test("a browser without SIMD is told so, before anything is fetched", async (t) => {
  t.mock.method(WebAssembly, "validate", () => false);
  const fetching = () => assert.fail("fetched");
  await assert.rejects(WasmJacobian.load(MANIFEST, fetching), /with SIMD/);
});

test("this Node.js has SIMD", async () => {
  await WasmJacobian.load(MANIFEST, files(1, 2));
});

test("files of another model are refused, and images of another size", async () => {
  const layout = { ...MANIFEST.layout, constants: 3 };
  await assert.rejects(
    WasmJacobian.load({ ...MANIFEST, layout }, files(1, 2)),
    /expected 12 bytes of constants in lines.bin, got 8/,
  );
  const lines = await WasmJacobian.load(MANIFEST, files(1, 2));
  assert.throws(() => lines.evaluate(new Float32Array(2)), /an image of 1 pixels, got 2/);
});
