// One question to the server at a time: the answer to the latest counts, a lost one is asked again.

const AGAIN = 1500; // ms until a question that got lost is put once more
const REFUSED = "400"; // and would be again

export class Asking {
  // ask(question, { slow }): the server's answer about the drawing that is shown; slow ones take a
  // way of their own. answered(reply, question). failed(reason): in words.
  constructor(ask, { answered, failed, slow = false }) {
    Object.assign(this, { ask, answered, failed, slow });
  }

  // Instead of what was asked before. wait: ms in which it may still be replaced.
  put(question, wait = 0) {
    this.stop();
    const turn = (this.turn = {});
    this.waiting = setTimeout(() => this.#put(question, turn), wait);
  }

  stop() {
    clearTimeout(this.waiting);
    this.turn = null;
  }

  async #put(question, turn) {
    let reply;
    try {
      reply = await this.ask(question, { slow: this.slow });
    } catch (error) {
      if (turn !== this.turn) return;
      this.failed(error.reason ?? "No answer at the moment; it is asked again.");
      if (error.message === REFUSED) return;
      this.waiting = setTimeout(() => this.#put(question, turn), AGAIN);
      return;
    }
    if (turn === this.turn) this.answered(reply, question);
  }
}

export function parsed(reply) {
  return JSON.parse(new TextDecoder().decode(reply));
}
