// The component that joins sheet, server and maps. Streamlit hands it the switches; it hands back
// only that it cannot follow the sheet.

import { answers, drawings, views } from "./channels.js";
import { Check } from "./check.js";
import { component } from "./component.js";
import { Inspector } from "./inspector.js";
import { Live } from "./live.js";
import { Maps } from "./maps.js";
import { moments } from "./moments.js";
import { Panel } from "./panel.js";
import { Pen } from "./pen.js";
import { Readout } from "./readout.js";
import { Recall } from "./recall.js";
import { settings } from "./settings.js";
import { Sheet } from "./sheet.js";
import { Toward } from "./toward.js";
import { Versus } from "./versus.js";
import { WhatIf } from "./whatif.js";
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
      rested: (drawing, answer, change) => {
        drawings.publish(drawing);
        moments.note(drawing, answer, change);
        this.recall.look();
      },
      troubled: (reason) => this.maps.say(trouble(reason)),
      blind: (reason) => tell("blind", reason),
      settled: (whether) => this.maps.settle(whether),
    });
    this.recall = new Recall(this.live, this.pen);
    const ask = (question, how) => this.live.ask(question, how);
    this.panel = new Panel(this.maps.foot, {
      pixel: new Readout(),
      "what-if": new WhatIf(ask),
      versus: new Versus(ask),
      toward: new Toward(ask),
      check: new Check(ask),
    });
    this.inspector = new Inspector({
      layer: this.maps.layer,
      panel: this.panel,
      sheet,
      busy: () => this.pen.down,
    });
    this.unwatch = answers.watch((answer) => {
      if (answer.exact && !answer.changed) sheet.describe(sheetWords(answer));
    });
  }

  // answer: base64, only where Streamlit has to follow the sheet.
  // tools: what the panel's tabs are called. settings: see jacviz/ui/state.py.
  update({ space, network, method, scale, kinds, answer, query, tools, settings: table }) {
    views.publish(query);
    settings.begin(table);
    this.panel.offer(tools);
    this.maps.wish({ scale, kinds, method });
    this.live.wish(new URLSearchParams({ space, network, method }).toString());
    this.panel.refresh();
    if (answer) {
      answers.publish(decode(Uint8Array.from(atob(answer), (c) => c.charCodeAt(0)).buffer));
    }
  }

  dispose() {
    this.unwatch();
    this.recall.stop();
    this.live.stop();
    this.pen.stop();
    this.inspector.dispose();
    this.panel.dispose();
    this.maps.dispose();
  }
}

export default component((parent, tell) => new Studio(parent, tell));
