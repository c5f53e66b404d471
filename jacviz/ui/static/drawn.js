// The component `drawn`: tells Streamlit each finished drawing. It shows nothing.

import { drawings } from "./channels.js";
import { component } from "./component.js";

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

function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export default component((parent, tell) => new Drawn(parent, tell));
