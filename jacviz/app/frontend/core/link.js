import { toBase64 } from "./base64.js";

const VERSION = "1"; // of the drawing's text; jacviz/export/link_codec.py reads it

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
 * The query of a link to a drawing, as it is looked at.
 *
 * @param {string} drawing As `encodeForLink` writes it.
 * @param {string} settings What else differs from the defaults, as `Settings.query` has it.
 */
export function linkQuery(drawing, settings) {
  return [`drawing=${drawing}`, settings].filter(Boolean).join("&");
}
