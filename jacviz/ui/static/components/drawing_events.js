// The component `drawn`: tells Streamlit each finished drawing. It shows nothing.

import { drawings } from "../core/channel.js";
import { component } from "../core/mount.js";
import { base64 } from "../core/base64.js";

// ms: whoever draws on at once has Streamlit's attention once, not twice.
const REST = 300;

class Drawn {
  constructor(_, tell) {
    this.unwatch = drawings.watch((drawing) => {
      clearTimeout(this.telling);
      this.telling = setTimeout(() => tell("drawing", base64(drawing)), REST);
    });
  }

  dispose() {
    this.unwatch();
    clearTimeout(this.telling);
  }
}

export default component((parent, tell) => new Drawn(parent, tell));
