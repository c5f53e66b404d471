// The component that joins sheet, server and maps. Streamlit hands it the switches; it hands back
// only that it cannot follow the sheet.

import { answers, drawings, views } from "./channels.js";
import { component } from "./component.js";
import { Inspector } from "./inspector.js";
import { Live } from "./live.js";
import { Maps } from "./maps.js";
import { Pen } from "./pen.js";
import { Sheet } from "./sheet.js";
import { decode } from "./wire.js";
import { sheetWords, trouble } from "./words.js";

class Studio {
  constructor(parent, tell) {
    this.maps = new Maps(parent);
    const sheet = new Sheet();
    this.pen = new Pen(sheet, {
      changed: () => this.live.look(),
      finished: () => this.live.compare(),
    });
    this.live = new Live(this.pen, {
      answered: (answer) => answers.publish(answer),
      rested: (drawing) => drawings.publish(drawing),
      troubled: (reason) => this.maps.say(trouble(reason)),
      blind: (reason) => tell("blind", reason),
    });
    this.inspector = new Inspector(this.maps, sheet, () => this.pen.down);
    this.unwatch = answers.watch((answer) => answer.exact && sheet.describe(sheetWords(answer)));
  }

  // answer: base64, only where Streamlit has to follow the sheet.
  update({ space, network, method, scale, kinds, answer, query }) {
    views.publish(query);
    this.maps.wish({ scale, kinds, method });
    this.live.wish(new URLSearchParams({ space, network, method }).toString());
    if (answer) {
      answers.publish(decode(Uint8Array.from(atob(answer), (c) => c.charCodeAt(0)).buffer));
    }
  }

  dispose() {
    this.unwatch();
    this.live.stop();
    this.pen.stop();
    this.inspector.dispose();
    this.maps.dispose();
  }
}

export default component((parent, tell) => new Studio(parent, tell));
