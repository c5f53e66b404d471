// The component `tour`: a stop's words, for as long as its drawing is on the sheet.

import { drawings } from "../core/channel.js";
import { component } from "../core/mount.js";
import { HEADER, same } from "../canvas/drawing_codec.js";

class Tour {
  constructor(parent) {
    this.root = document.createElement("div");
    parent.append(this.root);
    this.unwatch = drawings.watch((drawing) => this.#compare(drawing));
  }

  // html: see jacviz/ui/tour.py.
  update({ html }) {
    if (html === this.html) return;
    this.html = html;
    this.root.innerHTML = html;
  }

  #compare(drawing) {
    if (drawing.length > HEADER) this.own ??= drawing;
    this.root.toggleAttribute("data-changed", Boolean(this.own) && !same(this.own, drawing));
  }

  dispose() {
    this.unwatch();
    this.root.remove();
  }
}

export default component((parent) => new Tour(parent));
