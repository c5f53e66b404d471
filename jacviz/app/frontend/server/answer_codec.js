/** @import { Answer, AnswerHeader, Ascent } from "../core/types.js" */

const LENGTH_BYTES = 4;

/**
 * Decode an answer; jacviz/server/answer_codec.py writes it.
 * uint32 header length | JSON header | float32: frame, probabilities, largest | maps.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Answer} Its arrays are views of the buffer.
 */
export function decodeAnswer(buffer) {
  const { json, end } = decodeJson(buffer);
  const header = /** @type {AnswerHeader} */ (json);
  const { labels, height, width, exact } = header;
  const pixels = height * width;
  let offset = end;
  /** @type {<T extends Float32Array | Int8Array>(type: new (b: ArrayBuffer, o: number, n: number) => T, count: number) => T} */
  const take = (type, count) => {
    const numbers = new type(buffer, offset, count);
    offset += numbers.byteLength;
    return numbers;
  };
  const frame = take(Float32Array, pixels);
  if (header.empty) {
    const none = new Float32Array();
    return {
      ...header,
      engine: "server",
      top: -1,
      frame,
      probabilities: none,
      largest: none,
      maps: [],
    };
  }
  return {
    ...header,
    engine: "server",
    frame,
    probabilities: take(Float32Array, labels.length),
    largest: take(Float32Array, labels.length),
    maps: labels.map(() => (exact ? take(Float32Array, pixels) : take(Int8Array, pixels))),
  };
}

/**
 * Decode a gradient ascent; see jacviz/server/handlers.py.
 * uint32 length | JSON, with the answers' `lengths` | the answers.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Ascent}
 */
export function decodeAscent(buffer) {
  const { json, end } = decodeJson(buffer);
  const { lengths, ...ascent } = /** @type {Omit<Ascent, "answers"> & { lengths: number[] }} */ (
    json
  );
  let offset = end;
  const answers = lengths.map((bytes) => {
    offset += bytes;
    return decodeAnswer(buffer.slice(offset - bytes, offset));
  });
  return { ...ascent, answers };
}

/**
 * Decode the answer to a question about a drawing; see jacviz/server/handlers.py.
 *
 * @param {string | null} ask Which question.
 * @param {ArrayBuffer} buffer
 * @returns {unknown}
 */
export function decodeReply(ask, buffer) {
  return ask === "toward" ? decodeAscent(buffer) : parseJson(buffer);
}

/**
 * Decode the answers that are JSON alone.
 *
 * @param {ArrayBuffer} buffer
 * @returns {any}
 */
function parseJson(buffer) {
  return JSON.parse(new TextDecoder().decode(buffer));
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {{ json: unknown, end: number }} What the buffer begins with, and where that ends.
 */
function decodeJson(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const end = LENGTH_BYTES + length;
  return { json: parseJson(buffer.slice(LENGTH_BYTES, end)), end };
}
