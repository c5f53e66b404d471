/** @import { Answer, PixelTarget, Pixel, PointerPosition } from "../core/types.js" */
/** @import { Store } from "../state/store.js" */

/**
 * How far an arrow key moves the selected pixel: rows down, columns right.
 *
 * @type {Record<string, [number, number]>}
 */
export const ARROW_STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Mouse, touch and keys: how a person says which pixel to inspect. */
export class PixelPointer {
  /** @type {PointerPosition | null} Where the pointer was last. */
  #last = null;
  /** @type {number | null} */
  #frame = null;
  /** @type {{ target: PixelTarget, pixel: Pixel } | null} Where it went down. */
  #pressed = null;
  #listening = new AbortController();

  /**
   * @param {Store} store
   * @param {HTMLElement} layer What takes the keys.
   * @param {object} state
   * @param {() => Answer | null} state.answer Null where there is nothing to inspect.
   * @param {() => boolean} state.busy Whether the pen is down, when nothing else matters.
   */
  constructor(store, layer, { answer, busy }) {
    this.store = store;
    this.layer = layer;
    this.answer = answer;
    this.busy = busy;
    const { selection } = store;
    const { signal } = this.#listening;
    addEventListener("pointermove", (event) => this.#move(event), { capture: true, signal });
    addEventListener("pointerdown", (event) => this.#press(event), { capture: true, signal });
    addEventListener("pointerup", (event) => this.#release(event), { capture: true, signal });
    addEventListener("keydown", (event) => event.key === "Escape" && selection.clear(), { signal });
    document.documentElement.addEventListener("pointerleave", () => selection.point(null), {
      signal,
    });
    layer.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  stop() {
    this.#listening.abort();
  }

  /**
   * Once a frame is as often as anything could be seen. A finger that moves scrolls.
   *
   * @param {PointerEvent} event
   */
  #move(event) {
    if (this.busy() || event.pointerType === "touch" || event.buttons) return;
    const path = event.composedPath();
    const { clientX, clientY } = event;
    this.#last = { target: path[0], clientX, clientY, composedPath: () => path };
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      if (!this.busy()) this.store.selection.point(this.#find(this.#last)?.pixel ?? null);
    });
  }

  /**
   * Whoever draws is done with pointing.
   *
   * @param {PointerEvent} event
   */
  #press(event) {
    this.#pressed = this.#find(event);
    if (this.#pressed?.target.drawsOnPress) this.store.selection.point(null);
  }

  /**
   * Not "click": Plotly covers its figure while a button is down, so that none arrives there.
   *
   * @param {PointerEvent} event
   */
  #release(event) {
    const pressed = this.#pressed;
    this.#pressed = null;
    if (!pressed || pressed.target.drawsOnPress || event.button) return;
    this.store.selection.toggle(pressed.pixel);
    this.layer.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = ARROW_STEPS[event.key];
    const answer = this.answer();
    if (!step || !answer || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.store.selection.move(...step, answer);
  }

  /** @param {PointerPosition | null} event */
  #find(event) {
    if (!event || !this.answer()) return null;
    for (const target of this.store.pixelTargets) {
      const pixel = target.at(event);
      if (pixel) return { target, pixel };
    }
    return null;
  }
}
