// Mouse, touch and keys: how a person says which pixel to inspect.

import { aim, targets } from "../core/selection.js";

export const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Pointing {
  // layer: what takes the keys. answer(): what there is to inspect; null where there is nothing.
  // busy(): whether the pen is down, when nothing else matters.
  constructor(layer, { answer, busy }) {
    Object.assign(this, { layer, answer, busy });
    this.listening = new AbortController();
    const { signal } = this.listening;
    addEventListener("pointermove", (event) => this.#move(event), { capture: true, signal });
    addEventListener("pointerdown", (event) => this.#press(event), { capture: true, signal });
    addEventListener("pointerup", (event) => this.#release(event), { capture: true, signal });
    addEventListener("keydown", (event) => event.key === "Escape" && aim.letGo(), { signal });
    document.documentElement.addEventListener("pointerleave", () => aim.point(null), { signal });
    layer.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  stop() {
    this.listening.abort();
  }

  // Once a frame is as often as anything could be seen. A finger that moves scrolls.
  #move(event) {
    if (this.busy() || event.pointerType === "touch" || event.buttons) return;
    const path = event.composedPath();
    const { clientX, clientY } = event;
    this.last = { target: path[0], clientX, clientY, composedPath: () => path };
    this.looking ??= requestAnimationFrame(() => {
      this.looking = null;
      if (!this.busy()) aim.point(this.#find(this.last)?.pixel ?? null);
    });
  }

  // Who draws is done with pointing.
  #press(event) {
    this.pressed = this.#find(event);
    if (this.pressed?.target.pens) aim.point(null);
  }

  // Plotly covers its figure while a button is down, so that no click arrives there.
  #release(event) {
    const { pressed } = this;
    this.pressed = null;
    if (!pressed || pressed.target.pens || event.button) return;
    aim.pin(pressed.pixel);
    this.layer.focus({ preventScroll: true });
  }

  #key(event) {
    const step = ARROWS[event.key];
    const answer = this.answer();
    if (!step || !answer || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    aim.move(...step, answer);
  }

  #find(event) {
    if (!this.answer()) return null;
    for (const target of targets) {
      const pixel = target.at(event);
      if (pixel) return { target, pixel };
    }
    return null;
  }
}
