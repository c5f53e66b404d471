import { assetUrl } from "../core/assets.js";
import { ServerError } from "./server_error.js";
import { decodeReply, encodeQuestion } from "./socket_codec.js";

const REPLY_TIMEOUT_MS = 4000;
const SLOW_REPLY_TIMEOUT_MS = 60000;
const REOPEN_INTERVAL_MS = 1000;

/**
 * @typedef {object} Pending A question that waits for its answer.
 * @property {(body: ArrayBuffer) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {WebSocket} socket It was sent on.
 */

/**
 * A web socket to the server, opened again whenever it closes. Where none is open, each question
 * is an HTTP request of its own; jacviz/server/http.py answers those.
 */
export class ServerSocket {
  #url = assetUrl("answer");
  #page = crypto.getRandomValues(new Uint32Array(2)).join("-");
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #number = 0;
  #closed = false;
  #openedAt = -Infinity;
  /** @type {WebSocket | null} */
  #socket = null;

  constructor() {
    this.#open();
  }

  /**
   * Ask about a drawing.
   *
   * @param {Uint8Array<ArrayBuffer>} drawing
   * @param {string} query What is asked of it; jacviz/server/routes.py reads it.
   * @param {object} [options]
   * @param {boolean} [options.slow] Ask by HTTP, as later questions on the socket would wait.
   * @returns {Promise<ArrayBuffer>} Rejects with a `ServerError` where the server refused.
   */
  async ask(drawing, query, { slow = false } = {}) {
    const params = new URLSearchParams(query);
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) this.#open();
    else if (!slow) return this.#send(socket, params, drawing);
    return this.#post(params, drawing, slow);
  }

  close() {
    this.#closed = true;
    this.#socket?.close();
  }

  #open() {
    const now = performance.now();
    const opening = this.#socket?.readyState === WebSocket.CONNECTING;
    if (this.#closed || opening || now - this.#openedAt < REOPEN_INTERVAL_MS) return;
    this.#openedAt = now;
    const url = new URL(this.#url);
    url.protocol = url.protocol.replace("http", "ws");
    url.search = new URLSearchParams({ page: this.#page }).toString();
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = () => this.#rejectPending(socket);
    this.#socket = socket;
  }

  /** @param {WebSocket} socket What was sent on it gets no answer any more. */
  #rejectPending(socket) {
    for (const [number, question] of this.#pending) {
      if (question.socket !== socket) continue;
      this.#pending.delete(number);
      question.reject(new Error("the socket to the server closed"));
    }
  }

  /**
   * @param {WebSocket} socket
   * @param {URLSearchParams} query
   * @param {Uint8Array} drawing
   * @returns {Promise<ArrayBuffer>}
   */
  #send(socket, query, drawing) {
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#pending.set(number, { resolve, reject, socket });
      socket.send(encodeQuestion(number, query, drawing));
      setTimeout(() => {
        if (!this.#pending.delete(number)) return;
        // A socket can be dead without knowing: after a sleep, behind a router.
        socket.close();
        if (this.#socket === socket) this.#socket = null;
        reject(new Error("no answer in time"));
      }, REPLY_TIMEOUT_MS);
    });
  }

  /** @param {ArrayBuffer} message */
  #receive(message) {
    const { number, status, body } = decodeReply(message);
    const question = this.#pending.get(number);
    if (!question) return;
    this.#pending.delete(number);
    if (status === 200) question.resolve(body);
    else question.reject(new ServerError(status, new TextDecoder().decode(body)));
  }

  /**
   * @param {URLSearchParams} query
   * @param {Uint8Array<ArrayBuffer>} drawing
   * @param {boolean} slow
   */
  async #post(query, drawing, slow) {
    const url = new URL(this.#url);
    query.set("page", this.#page);
    url.search = query.toString();
    const reply = await fetch(url, {
      method: "POST",
      body: drawing,
      headers: { "Content-Type": "application/octet-stream" },
      signal: AbortSignal.timeout(slow ? SLOW_REPLY_TIMEOUT_MS : REPLY_TIMEOUT_MS),
    });
    if (reply.ok) return reply.arrayBuffer();
    throw new ServerError(reply.status, await reply.text());
  }
}
