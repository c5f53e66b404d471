// The live loop: whenever the ink differs from what is shown, ask for its answer.
//
// Everything follows from comparing two drawings, the one on the sheet and the one answered; what
// gets lost on the way (a reply, the server, an hour of sleep) is therefore asked for again.

import { same } from "../canvas/drawing_codec.js";
import { Line } from "./socket.js";
import { decode } from "./answer_codec.js";

const IN_FLIGHT = 2;
const LONGEST_PAUSE = 2000; // ms between attempts while the server does not answer
const TROUBLE = 300; // a longer pause is worth a word
const WATCH = 400; // ms between looks at a resting sheet

export class Live {
  // answered(answer): show it. rested(drawing): the pen rests and this drawing is shown exactly.
  // troubled(reason): no answers for a while now; they are still asked for.
  // blind(reason): the sheet or the server cannot be read; from now on others must do this.
  constructor(pen, { answered, rested, troubled, blind }) {
    Object.assign(this, { pen, answered, rested, troubled, blind });
    this.line = new Line();
    this.view = null;
    this.wanted = null; // the request for what is on the sheet now
    this.shown = null; // the newest request that was answered
    this.sent = null; // the newest request on its way
    this.number = 0;
    this.inFlight = 0;
    this.pause = 0;
    this.looking = false;
    this.watching = setInterval(() => this.look(), WATCH);
    for (const name of ["online", "focus", "pageshow"]) addEventListener(name, () => this.retry());
    document.addEventListener("visibilitychange", () => this.retry());
  }

  stop() {
    this.stopped = true;
    clearInterval(this.watching);
    this.line.close();
  }

  // view: how to look at the drawing, as the line asks for it.
  wish(view) {
    this.view = view;
    this.look();
  }

  // What the server says to another question about the drawing that is shown, looked at as it is.
  async ask(question, { slow }) {
    const { drawing, view } = this.shown;
    return this.line.ask(drawing, `${view}&exact=1&${new URLSearchParams(question)}`, { slow });
  }

  // Look at the sheet before the next frame is painted, however often it is asked.
  look() {
    if (this.looking) return;
    this.looking = true;
    const once = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      this.looking = false;
      this.compare();
    };
    const frame = requestAnimationFrame(once);
    const timer = setTimeout(once, 100); // hidden pages get no frames
  }

  retry() {
    this.pause = 0;
    this.sent = this.shown;
    this.look();
  }

  // Look at the sheet now.
  compare() {
    if (!this.view || this.stopped) return;
    const drawing = this.pen.read();
    if (!drawing) return this.#unreadable();
    this.unreadableSince = null;
    const exact = !this.pen.down;
    const { wanted, view } = this;
    const new_ = wanted?.view !== view || !same(wanted.drawing, drawing);
    if (new_ || (exact && !wanted.exact)) {
      this.wanted = { number: ++this.number, drawing, view, exact };
    }
    this.#send();
  }

  #send() {
    const { wanted, sent, shown } = this;
    if (wanted === null || wanted === sent || wanted === shown) return;
    if (this.waiting || this.inFlight >= IN_FLIGHT) return;
    this.sent = wanted;
    this.inFlight += 1;
    this.line
      .ask(wanted.drawing, `${wanted.view}&exact=${wanted.exact ? 1 : 0}`)
      .then((reply) => this.#accept(wanted, reply))
      .catch((error) => this.#lost(wanted, error))
      .finally(() => {
        this.inFlight -= 1;
        this.#send();
      });
  }

  #accept(request, reply) {
    this.pause = 0;
    if (this.shown && request.number < this.shown.number) return;
    // Once the pen is up, only its last ink is worth the time that a painting takes.
    if (!this.pen.down && request !== this.wanted) return;
    this.shown = request;
    this.answered(decode(reply));
    if (request.exact && request === this.wanted) this.rested(request.drawing);
  }

  #lost(request, error) {
    if (error.hopeless) return this.#giveUp(`the server does not answer drawings (${error.message})`);
    if (this.sent === request) this.sent = this.shown;
    this.pause = Math.min(LONGEST_PAUSE, 2 * this.pause || 100);
    if (this.pause > TROUBLE) this.troubled(error.reason ?? "The server does not answer.");
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.look();
    }, this.pause);
  }

  // The component may be between two mounts; after a while it is taken for changed.
  #unreadable() {
    this.unreadableSince ??= performance.now();
    if (performance.now() - this.unreadableSince > 5000) {
      this.#giveUp("the sheet of this streamlit-drawable-canvas cannot be read");
    }
  }

  #giveUp(reason) {
    this.stop();
    console.warn(`jacviz: ${reason}; the maps follow each finished stroke instead`);
    this.blind(reason);
  }
}
