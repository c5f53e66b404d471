// The component `opened`: a picture that is pasted, and clearing what was laid on the sheet.
// It shows nothing.

import { component } from "../core/mount.js";
import { Sheet } from "../canvas/adapter.js";
import { base64 } from "../core/base64.js";

class Opened {
  constructor(_, __, trigger) {
    Object.assign(this, { trigger, sheet: new Sheet(), listening: new AbortController() });
    const { signal } = this.listening;
    addEventListener("paste", (event) => this.#paste(event), { signal });
    addEventListener("click", (event) => this.#click(event), { capture: true, signal });
  }

  // full: something was laid on the sheet. most: the bytes that a picture may have.
  update({ full, most }) {
    Object.assign(this, { full, most });
  }

  dispose() {
    this.listening.abort();
  }

  async #paste(event) {
    const picture = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    if (!picture) return;
    event.preventDefault();
    const small = picture.size <= this.most;
    this.trigger("pasted", small ? base64(new Uint8Array(await picture.arrayBuffer())) : "");
  }

  // The component would go back to what was laid on it.
  #click(event) {
    if (!this.full || !this.sheet.clears(event)) return;
    event.stopPropagation();
    this.trigger("cleared", true);
  }
}

export default component((...given) => new Opened(...given));
