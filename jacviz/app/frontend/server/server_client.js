import { assetUrl } from "../core/assets.js";
import { ServerError } from "./server_error.js";

const REPLY_TIMEOUT_MS = 4000;
const SLOW_REPLY_TIMEOUT_MS = 60000;

/** Asks the server about drawings, by a request each; jacviz/server/endpoint.py answers them. */
export class ServerClient {
  // The server counts each page's requests.
  #page = crypto.getRandomValues(new Uint32Array(2)).join("-");
  /** @type {Set<AbortController>} */
  #underWay = new Set();
  #closed = false;

  /** @param {URL} url */
  constructor(url = assetUrl("answer")) {
    this.url = url;
  }

  /**
   * Ask about a drawing.
   *
   * @param {Uint8Array<ArrayBuffer>} drawing
   * @param {string} query What is asked of it; jacviz/server/routes.py reads it.
   * @param {object} [options]
   * @param {boolean} [options.slow] Whether the server takes long to answer.
   * @returns {Promise<ArrayBuffer>} Rejects with a `ServerError` where the server refused.
   */
  async ask(drawing, query, { slow = false } = {}) {
    if (this.#closed) throw new Error("expected an open client, got a closed one");
    const url = new URL(this.url);
    const params = new URLSearchParams(query);
    params.set("page", this.#page);
    url.search = params.toString();
    // AbortSignal.any would do for timeout and close, but is newer than WebAssembly SIMD.
    const aborting = new AbortController();
    const timeoutMs = slow ? SLOW_REPLY_TIMEOUT_MS : REPLY_TIMEOUT_MS;
    const timer = setTimeout(() => aborting.abort(new Error("no answer in time")), timeoutMs);
    this.#underWay.add(aborting);
    try {
      const reply = await fetch(url, {
        method: "POST",
        body: drawing,
        headers: { "Content-Type": "application/octet-stream" },
        signal: aborting.signal,
      });
      if (reply.ok) return await reply.arrayBuffer();
      throw new ServerError(reply.status, await reply.text());
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(aborting);
    }
  }

  /** Ask nothing more; what is under way rejects. */
  close() {
    this.#closed = true;
    for (const aborting of this.#underWay) aborting.abort(new Error("the client was closed"));
  }
}
