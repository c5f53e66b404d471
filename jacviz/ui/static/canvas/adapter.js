// The sheet to draw on, which is st_canvas' own: where it is and what is on it.
// Nothing else on the page knows how that component looks inside.

import { encode } from "./drawing_codec.js";

const DRESS = "jacviz-dress";
export const SIDE = 392; // pixels; jacviz/ui/canvas.py
export const CLEAR = "Reset canvas & history";
const STYLE = `
  .dc-container { background: #fff; filter: invert(var(--jv-night, 0)); }
  .dc-scroll { overflow: hidden !important; }
  .dc-canvas { outline: none !important; }
  .dc-toolbar { opacity: 1 !important; top: -2.6rem !important; transition: none !important;
                padding: 0 !important; }
  .dc-toolbar-card { box-shadow: none !important; background: none !important; }
  .dc-icon-button { padding: .5rem !important; }
  .dc-icon-button svg { width: 1.15rem !important; height: 1.15rem !important; }
  .dc-icon-button:focus-visible { outline: 2px solid var(--st-primary-color) !important; }
  .dc-icon-button[aria-label="Edit"], .dc-toolbar-separator,
  .dc-icon-button[aria-label="Update the app with this drawing"] { display: none !important; }
`;

export class Sheet {
  constructor() {
    this.copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  }

  // Where the component keeps its canvases; null before it is mounted or once it is changed.
  get inside() {
    if (this.found?.host.isConnected) return this.found;
    const parts = document.querySelectorAll(".st-key-canvas *");
    const host = [...parts].find((part) => part.shadowRoot?.querySelector("canvas.upper-canvas"));
    this.found = host?.shadowRoot ?? null;
    if (this.found) dress(this.found);
    return this.found;
  }

  // Whether an event happened on it.
  holds(event) {
    return Boolean(this.inside && event.composedPath().includes(this.found));
  }

  // Whether an event happened on one of its buttons.
  tools(event) {
    return this.holds(event) && event.composedPath().some((part) => part.localName === "button");
  }

  // Whether an event happened on the button that clears it.
  clears(event) {
    if (!this.tools(event)) return false;
    const pressed = event.composedPath().find((part) => part.localName === "button");
    return pressed.matches(`[aria-label="${CLEAR}"]`);
  }

  // The drawing as a message for the server; null where the sheet cannot be read.
  read() {
    const inside = this.inside;
    const upper = inside?.querySelector("canvas.upper-canvas");
    const lower = upper?.parentElement.querySelector("canvas.lower-canvas");
    const width = Math.round(upper?.offsetWidth ?? 0);
    const height = Math.round(upper?.offsetHeight ?? 0);
    if (!lower || !width || !height) return null;
    const { copy } = this;
    if (copy.canvas.width !== width || copy.canvas.height !== height) {
      Object.assign(copy.canvas, { width, height });
    }
    copy.clearRect(0, 0, width, height);
    copy.drawImage(lower, 0, 0, width, height);
    copy.drawImage(upper, 0, 0, width, height);
    return encode(copy.getImageData(0, 0, width, height).data, height, width);
  }

  // words: what is on it, for those who cannot see it.
  describe(words) {
    const upper = this.inside?.querySelector("canvas.upper-canvas");
    upper?.setAttribute("role", "img");
    upper?.setAttribute("aria-label", words);
  }

  // The part of the page that holds it; null where there is none.
  get place() {
    return document.querySelector(".st-key-canvas");
  }

  // Its place on the screen, and how many of its own pixels lie along its side; null where it is
  // none.
  bounds() {
    const upper = this.inside?.querySelector("canvas.upper-canvas");
    if (!upper) return null;
    const { left, top, right, bottom, width } = upper.getBoundingClientRect();
    return { left, top, right, bottom, width, side: upper.offsetWidth };
  }

  // Whether one of the component's own buttons can be pressed.
  offers(label) {
    return Boolean(this.#button(label));
  }

  press(label) {
    this.#button(label)?.click();
  }

  #button(label) {
    return this.inside?.querySelector(`button[aria-label="${label}"]:not(:disabled)`);
  }
}

function dress(inside) {
  if (inside.getElementById(DRESS)) return;
  const style = document.createElement("style");
  style.id = DRESS;
  style.textContent = STYLE;
  inside.append(style);
}
