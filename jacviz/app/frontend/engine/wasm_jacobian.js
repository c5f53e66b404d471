/** @import { ModelManifest } from "../core/types.js" */

/**
 * @typedef {object} Evaluation
 * @property {Float32Array} outputs One for each class.
 * @property {Float32Array[]} jacobian Their derivatives by each of the image's pixels.
 */

const FLOAT_BYTES = 4;
const PAGE_BYTES = 65536;
const ALIGNMENT = 64; // of constants and arena, in bytes

const SIMD =
  "0061736d01000000" + // preamble
  "0105016000017b" + // type: a function that returns a vector
  "03020100" +
  "0a0a010800" + // code
  "4100fd0ffd620b"; // i8x16.splat(0), i8x16.popcnt
const RELAXED_SIMD =
  "0061736d01000000" + "0105016000017b" + "03020100" + "0a0f010d00" + "4101fd0f4102fd0ffd80020b"; // i8x16.relaxed_swizzle of two splats

/** A network's outputs and their Jacobian, computed by the WebAssembly that jacviz compiled. */
export class WasmJacobian {
  #run;
  #input;
  #outputs;
  #rows;

  /**
   * Loads the variant that is the fastest here.
   *
   * @param {ModelManifest} manifest
   * @param {(file: string) => Promise<ArrayBuffer | Uint8Array<ArrayBuffer>>} fetchFile Gets one of
   *   the manifest's files.
   * @returns {Promise<WasmJacobian>}
   */
  static async load(manifest, fetchFile) {
    if (!supports(SIMD)) throw new Error("expected WebAssembly with SIMD, got a browser without");
    const { files, layout } = manifest;
    const [code, constants] = await Promise.all([
      fetchFile(hasRelaxedSimd() ? files.relaxed : files.simd),
      fetchFile(files.constants),
    ]);
    if (constants.byteLength !== FLOAT_BYTES * layout.constants) {
      throw new Error(
        `expected ${FLOAT_BYTES * layout.constants} bytes of constants in ${files.constants}, ` +
          `got ${constants.byteLength}`,
      );
    }
    const arena = aligned(ALIGNMENT + constants.byteLength);
    const bytes = arena + FLOAT_BYTES * layout.arena;
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
    new Uint8Array(memory.buffer, ALIGNMENT).set(new Uint8Array(constants));
    const imports = { env: { __linear_memory: memory } };
    const { instance } = await WebAssembly.instantiate(code, imports);
    const jacobian = /** @type {(arena: number, constants: number) => void} */ (
      instance.exports.jacobian
    );
    const run = () => jacobian(arena, ALIGNMENT);
    run(); // Browsers compile a function when it is first called.
    return new WasmJacobian(manifest, new Float32Array(memory.buffer, arena, layout.arena), run);
  }

  /**
   * @param {ModelManifest} manifest
   * @param {Float32Array} arena
   * @param {() => void} run
   */
  constructor({ height, width, labels, layout }, arena, run) {
    const pixels = height * width;
    this.#run = run;
    this.#input = arena.subarray(layout.input, layout.input + pixels);
    this.#outputs = arena.subarray(layout.outputs, layout.outputs + labels.length);
    this.#rows = labels.map((_, k) => {
      const start = layout.jacobian + k * layout.pitch;
      return arena.subarray(start, start + pixels);
    });
  }

  /**
   * @param {Float32Array} image
   * @returns {Evaluation} With arrays of its own.
   */
  evaluate(image) {
    const outputs = this.outputsAt(image);
    return { outputs, jacobian: this.#rows.map((row) => row.slice()) };
  }

  /** @param {Float32Array} image */
  outputsAt(image) {
    if (image.length !== this.#input.length) {
      throw new Error(`expected an image of ${this.#input.length} pixels, got ${image.length}`);
    }
    this.#input.set(image);
    this.#run();
    return this.#outputs.slice();
  }
}

/** Whether multiplications and additions can be fused here. */
export function hasRelaxedSimd() {
  return supports(RELAXED_SIMD);
}

/** @param {string} module In hexadecimal digits, one that uses a feature. */
function supports(module) {
  const bytes = module.match(/../g) ?? [];
  return WebAssembly.validate(Uint8Array.from(bytes, (byte) => parseInt(byte, 16)));
}

/** @param {number} bytes */
function aligned(bytes) {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
