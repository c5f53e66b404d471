/** @import { Answer } from "../../jacviz/app/frontend/core/types.js" */

/**
 * An answer to a drawing; what a test is not about is plausible.
 *
 * @param {Partial<Answer>} [parts]
 * @returns {Answer}
 */
export function answer(parts = {}) {
  return {
    labels: ["0", "1", "2"],
    noun: "digit",
    height: 2,
    width: 3,
    space: "probability",
    network: "standard",
    method: "gradient",
    empty: false,
    exact: true,
    engine: "server",
    sheet: [98, 98],
    place: [10, 12, 2.5],
    top: 1,
    saturated: false,
    frame: Float32Array.of(0, 0.5, 1, 0, 0, 0.25),
    probabilities: Float32Array.of(0.1, 0.7, 0.2),
    largest: Float32Array.of(1, 2, 4),
    maps: [
      Float32Array.of(1, 0, 0, 0, 0, -0.5),
      Float32Array.of(-2, 1, 0, 0, 0, 0),
      Float32Array.of(4, -4, 0, 0, 0, 2),
    ],
    ...parts,
  };
}

/**
 * Little-endian JSON and arrays as jacviz/server/answer_codec.py lays them out.
 *
 * @param {object} header
 * @param {ArrayBufferView[]} arrays
 * @returns {ArrayBuffer}
 */
export function message(header, arrays) {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const text = new Uint8Array(json.length + (-json.length & 3)).fill(0x20);
  text.set(json);
  const parts = arrays.map(
    (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  );
  const bytes = new Uint8Array(4 + text.length + parts.reduce((sum, part) => sum + part.length, 0));
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  let offset = 4 + text.length;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes.buffer;
}

/**
 * Numbers that repeat exactly, in [0, 1).
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function random(seed) {
  let state = seed + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
