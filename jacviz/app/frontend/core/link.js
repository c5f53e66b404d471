import { fromBase64, toBase64 } from "./base64.js";

// jacviz/export/link_codec.py reads and writes the same.
const VERSION = "1"; // of the drawing's text
const MAX_CHARACTERS = 16384;
const MAX_BYTES = 12 + 512 * 512; // of a drawing

/**
 * A drawing as the text that links carry: deflated, in base64 that addresses may hold.
 *
 * @param {Uint8Array<ArrayBuffer>} drawing
 * @returns {Promise<string>}
 */
export async function encodeForLink(drawing) {
  const packed = new Blob([drawing]).stream().pipeThrough(new CompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  return VERSION + toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * The drawing of such a text.
 *
 * @param {string} text
 * @returns {Promise<Uint8Array<ArrayBuffer>>} Rejects for any other text.
 */
export async function decodeFromLink(text) {
  if (text.length > MAX_CHARACTERS || !/^[\w-]+$/.test(text) || text[0] !== VERSION) {
    throw new Error(
      `expected up to ${MAX_CHARACTERS} letters, digits, - and _ that begin with ${VERSION}, ` +
        `got ${text.length} characters`,
    );
  }
  const packed = fromBase64(text.slice(1).replaceAll("-", "+").replaceAll("_", "/"));
  const chunks = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  /** @type {number[]} */
  const bytes = [];
  for (let reader = chunks.getReader(), next; !(next = await reader.read()).done;) {
    if (bytes.length + next.value.length > MAX_BYTES) {
      throw new Error(`expected a drawing of at most ${MAX_BYTES} bytes, got more`);
    }
    for (const byte of next.value) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/**
 * The query of a link to a drawing, as it is looked at.
 *
 * @param {string | null} drawing As `encodeForLink` writes it; null for an empty canvas.
 * @param {string} settings What else differs from the defaults, as `Settings.query` has it.
 */
export function linkQuery(drawing, settings) {
  return [drawing && `drawing=${drawing}`, settings].filter(Boolean).join("&");
}
