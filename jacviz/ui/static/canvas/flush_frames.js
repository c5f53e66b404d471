// What a gesture leaves for the next frame, done now: a finished stroke reaches the component's
// canvas up to 17 ms earlier.

export class Hurry {
  constructor() {
    this.left = [];
  }

  // From now on, note what is left for the next frame.
  begin() {
    if (this.original) return;
    const original = (this.original = window.requestAnimationFrame);
    window.requestAnimationFrame = (act) => {
      let done = false;
      const once = (time) => {
        if (done) return;
        done = true;
        act(time);
      };
      this.left.push(once);
      return original.call(window, once);
    };
    // However the gesture ends.
    setTimeout(() => this.#restore());
  }

  // Do it; whether there was anything.
  end() {
    this.#restore();
    const left = this.left.splice(0);
    for (const act of left) act(performance.now());
    return left.length > 0;
  }

  #restore() {
    if (this.original) window.requestAnimationFrame = this.original;
    this.original = null;
    setTimeout(() => (this.left.length = 0));
  }
}
