/**
 * The component `share_link`: a button that copies a link to the drawing and the view.
 */

/** @import { Context } from "../state/component.js" */

import { isEmptyDrawing } from "../canvas/drawing_codec.js";
import { fromBase64 } from "../core/base64.js";
import { find, fromMarkup } from "../core/elements.js";
import { encodeForLink, linkQuery } from "../core/link.js";
import { component } from "../state/component.js";

const CONFIRMATION_MS = 2500;

class ShareLink {
  /** @type {Uint8Array<ArrayBuffer> | null} */
  #drawing = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Context} context */
  constructor({ parent, store }) {
    this.store = store;
    this.root = fromMarkup(
      '<div class="jv-sharing"><button type="button" disabled>Copy link</button>' +
        '<span role="status"></span></div>',
    );
    this.button = find(this.root, "button", HTMLButtonElement);
    this.status = find(this.root, "span", HTMLElement);
    this.button.addEventListener("click", () => this.#share());
    parent.append(this.root);
    this.unsubscribe = store.drawings.subscribe((drawing) => this.#offer(drawing));
  }

  /**
   * @param {{ drawing: string | null }} data In base64, only where Streamlit has to follow the
   *   canvas.
   */
  update({ drawing }) {
    if (drawing) this.#offer(fromBase64(drawing));
  }

  dispose() {
    this.unsubscribe();
    this.root.remove();
  }

  /** @param {Uint8Array<ArrayBuffer>} drawing */
  #offer(drawing) {
    this.#drawing = drawing;
    this.button.disabled = isEmptyDrawing(drawing);
  }

  async #share() {
    if (!this.#drawing) return;
    const drawing = await encodeForLink(this.#drawing);
    const link = new URL(location.href);
    link.search = linkQuery(drawing, this.store.settings.query);
    link.hash = "";
    history.replaceState(history.state, "", link);
    this.#confirm((await copy(link.href)) ? "Copied" : "The link is in the address bar");
  }

  /** @param {string} text */
  #confirm(text) {
    this.status.textContent = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.status.textContent = ""), CONFIRMATION_MS);
  }
}

/**
 * Copy a text. Browsers have a clipboard only for pages that come by HTTPS or from this machine.
 *
 * @param {string} text
 */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export default component((context) => new ShareLink(context));
