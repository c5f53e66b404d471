// The component `keys`: single keys that do what a control does, and a list of them.

import { component } from "../core/mount.js";
import { Presentation } from "./presentation.js";
import { settings } from "../core/settings.js";
import { Sheet } from "../canvas/adapter.js";
import { SHORTCUTS, present } from "./shortcuts.js";

const BUSY = "input, textarea, select, dialog, [contenteditable], [role=dialog], [role=combobox], [role=listbox]";

class Keys {
  constructor(parent) {
    this.sheet = new Sheet();
    this.root = document.createElement("div");
    this.root.className = "jv-keys";
    this.root.innerHTML =
      '<button type="button" title="Keys and presentation" aria-label="Keys and presentation">?</button>' +
      '<dialog aria-labelledby="jv-keys-title"><h2 id="jv-keys-title">Keys</h2><dl></dl>' +
      '<label><input type="checkbox"><span></span></label>' +
      '<p><button type="button">Presentation</button><button type="button">Close</button></p></dialog>';
    const [opener, dialog] = this.root.children;
    [this.single] = dialog.getElementsByTagName("input");
    [this.label] = dialog.getElementsByTagName("span");
    const [presenting, closing] = dialog.querySelectorAll("p button");
    dialog.querySelector("dl").append(...SHORTCUTS.flatMap(listed));
    this.dialog = dialog;
    opener.addEventListener("click", () => dialog.showModal());
    closing.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    presenting.addEventListener("click", () => {
      dialog.close();
      present();
    });
    this.single.addEventListener("change", () => settings.set({ keys: this.single.checked ? "1" : "0" }));
    parent.append(this.root);
    this.presentation = new Presentation(this.root);
    this.unwatch = settings.watch(({ keys }) => {
      this.single.checked = keys === "1";
      this.label.textContent = settings.table.keys.label;
    });
    this.listening = new AbortController();
    addEventListener("keydown", (event) => this.#press(event), { signal: this.listening.signal });
  }

  #press(event) {
    const { key } = event;
    const [target] = event.composedPath();
    // The page of methods lies over this one.
    if (!settings.latest || event.defaultPrevented || !this.sheet.place?.checkVisibility()) return;
    if (key === "Escape" && settings.latest.present === "1" && !this.dialog.open) return present();
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && !key.startsWith("Arrow")) return;
    if (settings.latest.keys !== "1" || target.closest?.(BUSY)) return;
    // Where a control has the focus, arrows are its own.
    if (key.startsWith("Arrow") && !target.matches?.("body, .stMain")) return;
    const act = key === "?" ? () => this.dialog.showModal() : ACTS[key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  dispose() {
    this.unwatch();
    this.presentation.stop();
    this.listening.abort();
    this.root.remove();
  }
}

const ACTS = {};
for (const { acts } of SHORTCUTS) {
  for (const [key, act] of Object.entries(acts ?? {})) ACTS[key.toLowerCase()] = act;
}

function listed({ keys, words }) {
  const [term, what] = [document.createElement("dt"), document.createElement("dd")];
  term.innerHTML = keys.map((key) => `<kbd>${key}</kbd>`).join(" ");
  what.textContent = words;
  return [term, what];
}

export default component((parent) => new Keys(parent));
