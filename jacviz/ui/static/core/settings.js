// What a person sets on the page itself, as texts by the names of jacviz/ui/state.py; "" is none.
// What Streamlit's own controls set is in `views`.

import { Channel } from "./channel.js";

class Settings extends Channel {
  // table: each name's label, and its value to begin with and by default. Only the first counts.
  begin(table) {
    if (this.table) return;
    this.table = table;
    this.publish(Object.fromEntries(Object.entries(table).map(([name, { value }]) => [name, value])));
  }

  set(changes) {
    this.publish({ ...this.latest, ...changes });
  }

  // As in a link: what differs from the defaults.
  get query() {
    const told = Object.entries(this.latest ?? {});
    return new URLSearchParams(
      told.filter(([name, value]) => value !== this.table[name].default),
    ).toString();
  }
}

export const settings = new Settings();
