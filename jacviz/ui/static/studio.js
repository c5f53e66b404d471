// The component that joins sheet, server and maps. Streamlit hands it the switches; it hands back
// each finished drawing, or that it cannot follow the sheet.

import { publish } from "./answers.js";
import { component } from "./component.js";
import { Live } from "./live.js";
import { Maps } from "./maps.js";
import { Sheet } from "./sheet.js";
import { decode } from "./wire.js";
import { trouble } from "./words.js";

// ms: two runs of the page right after one another can make Streamlit mount the maps anew.
const PAGE_REST = 300;

class Studio {
  constructor(parent, tell) {
    this.maps = new Maps(parent);
    const sheet = new Sheet({
      changed: () => this.live.look(),
      finished: () => this.live.compare(),
    });
    this.live = new Live(sheet, {
      answered: publish,
      rested: (drawing) => {
        clearTimeout(this.telling);
        this.telling = setTimeout(() => tell("drawing", base64(drawing)), PAGE_REST);
      },
      troubled: (reason) => this.maps.say(trouble(reason)),
      blind: (reason) => tell("blind", reason),
    });
  }

  // answer: base64, only where Streamlit has to follow the sheet.
  update({ space, scale, answer }) {
    this.maps.wish(scale);
    this.live.wish(space);
    if (answer) publish(decode(Uint8Array.from(atob(answer), (c) => c.charCodeAt(0)).buffer));
  }

  dispose() {
    clearTimeout(this.telling);
    this.live.stop();
    this.maps.dispose();
  }
}

function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export default component((parent, tell) => new Studio(parent, tell));
