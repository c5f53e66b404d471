// The component that joins sheet, server and maps. Streamlit hands it the switches; it hands back
// only that it cannot follow the sheet.

import { answers, drawings, views } from "../core/channel.js";
import { Check } from "../panels/check.js";
import { component } from "../core/mount.js";
import { Inspector } from "../panels/inspector.js";
import { Live } from "../engine/live_loop.js";
import { Maps } from "../maps/maps_view.js";
import { Panel } from "../panels/tab_panel.js";
import { Pen } from "../canvas/pen.js";
import { Readout } from "../panels/pixel.js";
import { settings } from "../core/settings.js";
import { Sheet } from "../canvas/adapter.js";
import { Toward } from "../panels/ascent.js";
import { Versus } from "../panels/contrastive.js";
import { WhatIf } from "../panels/what_if.js";
import { decode } from "../engine/answer_codec.js";
import { sheetWords, trouble } from "../text/sentences.js";

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
    this.live.stop();
    this.pen.stop();
    this.inspector.dispose();
    this.panel.dispose();
    this.maps.dispose();
  }
}

export default component((parent, tell) => new Studio(parent, tell));
