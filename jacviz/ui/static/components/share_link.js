// The component `sharing`: a button that copies a link to the drawing and the view.

import { drawings, views } from "../core/channel.js";
import { component } from "../core/mount.js";
import { HEADER } from "../canvas/drawing_codec.js";
import { settings } from "../core/settings.js";
import { base64 } from "../core/base64.js";

const VERSION = "1"; // of the text; jacviz/sharing.py reads it
const THANKS = 2500; // ms

class Sharing {
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "jv-sharing";
    this.root.innerHTML =
      '<button type="button" disabled>Copy link</button><span role="status"></span>';
    [this.button, this.words] = this.root.children;
    this.button.addEventListener("click", () => this.#share());
    parent.append(this.root);
    this.unwatch = drawings.watch((drawing) => this.#offer(drawing));
  }

  // drawing: base64, only where Streamlit has to follow the sheet.
  update({ drawing }) {
    if (drawing) this.#offer(Uint8Array.from(atob(drawing), (c) => c.charCodeAt(0)));
  }

  dispose() {
    this.unwatch();
    this.root.remove();
  }

  #offer(drawing) {
    this.drawing = drawing;
    this.button.disabled = drawing.length <= HEADER;
  }

  async #share() {
    const link = new URL(location.href);
    const parts = [`drawing=${await text(this.drawing)}`, views.latest, settings.query];
    link.search = parts.filter(Boolean).join("&");
    link.hash = "";
    history.replaceState(history.state, "", link);
    this.#say((await copied(link.href)) ? "Copied" : "The link is in the address bar");
  }

  #say(words) {
    this.words.textContent = words;
    clearTimeout(this.thanking);
    this.thanking = setTimeout(() => (this.words.textContent = ""), THANKS);
  }
}

// Browsers have a clipboard only for pages that come by HTTPS or from this machine.
async function copied(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return false;
  }
}

async function text(drawing) {
  const packed = new Blob([drawing]).stream().pipeThrough(new CompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const safe = base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return VERSION + safe;
}

export default component((parent) => new Sharing(parent));
