/**
 * Messages on the web socket to the server; jacviz/server/websocket.py is its other end.
 * A question: uint32 number, uint32 query length | query | drawing.
 * An answer: uint32 number, uint32 HTTP status | body.
 */

const HEADER_BYTES = 8;

/**
 * @param {number} number Tells the answer.
 * @param {URLSearchParams} query
 * @param {Uint8Array} drawing
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function encodeQuestion(number, query, drawing) {
  const text = new TextEncoder().encode(query.toString());
  const message = new Uint8Array(HEADER_BYTES + text.length + drawing.length);
  const header = new DataView(message.buffer);
  header.setUint32(0, number, true);
  header.setUint32(4, text.length, true);
  message.set(text, HEADER_BYTES);
  message.set(drawing, HEADER_BYTES + text.length);
  return message;
}

/**
 * @param {ArrayBuffer} message
 * @returns {{ number: number, status: number, body: ArrayBuffer }}
 */
export function decodeReply(message) {
  const header = new DataView(message);
  return {
    number: header.getUint32(0, true),
    status: header.getUint32(4, true),
    body: message.slice(HEADER_BYTES),
  };
}
