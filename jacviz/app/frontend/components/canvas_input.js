/**
 * The component `canvas_input`: a picture that is pasted, and clearing what was laid on the
 * canvas. It shows nothing. Streamlit's words about a picture need the network, which it tells.
 */

/** @import { Context } from "../state/component.js" */

import { RESET } from "../canvas/adapter.js";
import { toBase64 } from "../core/base64.js";
import { component } from "../state/component.js";

/**
 * @typedef {object} CanvasInputData
 * @property {boolean} full Whether something was laid on the canvas.
 * @property {number} most Bytes that a picture may have.
 * @property {string | null} network What Streamlit takes for the network; null where it says
 *   nothing that depends on it.
 */

class CanvasInput {
  #full = false;
  #maxBytes = 0;
  /** @type {string | null} */
  #network = null;
  #told = "";
  #listening = new AbortController();

  /** @param {Context} context */
  constructor({ store, setState, trigger }) {
    this.page = store.page;
    this.settings = store.settings;
    this.setState = setState;
    this.trigger = trigger;
    this.unsubscribe = store.settings.subscribe(() => this.#compare());
    const { signal } = this.#listening;
    addEventListener("paste", (event) => this.#paste(event), { signal });
    addEventListener("click", (event) => this.#click(event), { capture: true, signal });
  }

  /** @param {CanvasInputData} data */
  update({ full, most, network }) {
    this.#full = full;
    this.#maxBytes = most;
    this.#network = network;
    this.#compare();
  }

  dispose() {
    this.unsubscribe();
    this.#listening.abort();
  }

  #compare() {
    const network = this.settings.value("network");
    if (network && this.#network !== null && network !== this.#network) this.#tell(network);
  }

  /** @param {string} network */
  #tell(network) {
    if (network === this.#told) return;
    this.#told = network;
    this.setState("network", network);
  }

  /** @param {ClipboardEvent} event */
  async #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    const picture = files.find(({ type }) => type.startsWith("image/"));
    if (!picture || !this.page.receives(event)) return;
    event.preventDefault();
    const small = picture.size <= this.#maxBytes;
    const bytes = small ? new Uint8Array(await picture.arrayBuffer()) : new Uint8Array();
    this.#tell(this.settings.value("network"));
    this.trigger("pasted", toBase64(bytes));
  }

  /**
   * The canvas would go back to what was laid on it.
   *
   * @param {MouseEvent} event
   */
  #click(event) {
    if (!this.#full || this.page.toolbarButton(event) !== RESET) return;
    event.stopPropagation();
    this.trigger("cleared", true);
  }
}

export default component((context) => new CanvasInput(context));
