// The line to the server: a question goes up, its answer comes down; jacviz/live/line.py is its
// other end. Where no web socket is open, each question is a request of its own.

const PATIENCE = 4000; // ms until a reply counts as lost
const LONG_PATIENCE = 60000; // ms, the same of a slow question
const REOPEN = 1000; // ms between attempts to open the line
const HEAD = 8; // bytes: two uint32

export class Line {
  constructor() {
    this.url = new URL("../../answer", import.meta.url);
    this.page = crypto.getRandomValues(new Uint32Array(2)).join("-");
    this.asked = new Map(); // number -> what waits for its answer
    this.number = 0;
    this.#open();
  }

  // The answer as a buffer. Throws an error with a `reason` in words where the server gave one;
  // it is `hopeless` where asking again cannot help.
  // query: what is asked of the drawing; jacviz/live/questions.py reads it. A slow question goes
  // its own way, because on the line all later ones would wait for its answer.
  async ask(drawing, query, { slow = false } = {}) {
    const asked = new URLSearchParams(query);
    const open = this.socket?.readyState === WebSocket.OPEN;
    if (!open) this.#open();
    return open && !slow ? this.#send(asked, drawing) : this.#post(asked, drawing, slow);
  }

  close() {
    this.closed = true;
    this.socket?.close();
  }

  #open() {
    const now = performance.now();
    const trying = this.socket?.readyState === WebSocket.CONNECTING;
    if (this.closed || trying || now - this.opened < REOPEN) return;
    this.opened = now;
    const url = new URL(this.url);
    url.protocol = url.protocol.replace("http", "ws");
    url.search = new URLSearchParams({ page: this.page });
    const socket = (this.socket = new WebSocket(url));
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = () => this.#drop(socket);
  }

  // What was asked on a line that closed gets no answer any more.
  #drop(socket) {
    for (const [number, question] of this.asked) {
      if (question.socket !== socket) continue;
      this.asked.delete(number);
      question.fail(new Error("the line to the server closed"));
    }
  }

  #send(query, drawing) {
    const words = new TextEncoder().encode(query.toString());
    const message = new Uint8Array(HEAD + words.length + drawing.length);
    const number = ++this.number;
    const head = new DataView(message.buffer);
    head.setUint32(0, number, true);
    head.setUint32(4, words.length, true);
    message.set(words, HEAD);
    message.set(drawing, HEAD + words.length);
    const { socket } = this;
    return new Promise((done, fail) => {
      this.asked.set(number, { done, fail, socket });
      socket.send(message);
      setTimeout(() => {
        if (!this.asked.delete(number)) return;
        // A line can be dead without knowing: after a sleep, behind a router.
        socket.close();
        if (this.socket === socket) this.socket = null;
        fail(new Error("no answer in time"));
      }, PATIENCE);
    });
  }

  #hear(message) {
    const head = new DataView(message);
    const number = head.getUint32(0, true);
    const status = head.getUint32(4, true);
    const question = this.asked.get(number);
    if (!this.asked.delete(number)) return;
    const body = message.slice(HEAD);
    if (status === 200) question.done(body);
    else question.fail(refusal(status, new TextDecoder().decode(body)));
  }

  async #post(query, drawing, slow) {
    const url = new URL(this.url);
    query.set("page", this.page);
    url.search = query;
    const reply = await fetch(url, {
      method: "POST",
      body: drawing,
      headers: { "Content-Type": "application/octet-stream" },
      signal: AbortSignal.timeout(slow ? LONG_PATIENCE : PATIENCE),
    });
    if (reply.ok) return reply.arrayBuffer();
    throw refusal(reply.status, await reply.text());
  }
}

function refusal(status, reason) {
  const error = new Error(`${status}`);
  error.reason = reason.slice(0, 500);
  error.hopeless = [403, 404, 405].includes(status);
  return error;
}
