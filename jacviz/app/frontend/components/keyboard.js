/**
 * The component `keyboard`: single keys that do what a control does, and a list of them.
 */

/** @import { Shortcut } from "../input/shortcuts.js" */
/** @import { Context } from "../state/component.js" */

import { isInControl, isOnPage } from "../canvas/adapter.js";
import { create, find, fromMarkup, uniqueId } from "../core/elements.js";
import { Presentation } from "../input/presentation.js";
import { shortcuts, togglePresentation } from "../input/shortcuts.js";
import { component } from "../state/component.js";

class Keyboard {
  #listening = new AbortController();

  /** @param {Context} context */
  constructor({ parent, store }) {
    const { settings } = store;
    this.store = store;
    this.root = fromMarkup(
      '<div class="jv-keys">' +
        '<button type="button" title="Keys and presentation" aria-label="Keys and presentation">?</button>' +
        "<dialog><h2>Keys</h2><dl></dl>" +
        '<label><input type="checkbox"><span></span></label>' +
        '<p><button type="button">Presentation</button><button type="button">Close</button></p>' +
        "</dialog></div>",
    );
    this.dialog = find(this.root, "dialog", HTMLDialogElement);
    const title = find(this.dialog, "h2", HTMLElement);
    title.id = uniqueId("keys");
    this.dialog.setAttribute("aria-labelledby", title.id);
    const list = shortcuts(store);
    this.actions = new Map(list.flatMap(({ actions }) => Object.entries(actions ?? {})));
    find(this.dialog, "dl", HTMLElement).append(...list.flatMap(listed));
    this.#connect();
    parent.append(this.root);
    this.presentation = new Presentation(this.root, store);
    const enabled = find(this.dialog, "input", HTMLInputElement);
    const label = find(this.dialog, "label span", HTMLElement);
    enabled.addEventListener("change", () => settings.set({ keys: enabled.checked ? "1" : "0" }));
    this.unsubscribe = settings.subscribe(({ keys }) => {
      enabled.checked = keys === "1";
      label.textContent = settings.label("keys");
    });
    const { signal } = this.#listening;
    addEventListener("keydown", (event) => this.#press(event), { signal });
  }

  dispose() {
    this.unsubscribe();
    this.presentation.stop();
    this.#listening.abort();
    this.root.remove();
  }

  #connect() {
    const { dialog } = this;
    const [present, close] = dialog.querySelectorAll("p button");
    find(this.root, "button", HTMLButtonElement).addEventListener("click", () =>
      dialog.showModal(),
    );
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    present.addEventListener("click", () => {
      dialog.close();
      togglePresentation(this.store);
    });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { settings, page } = this.store;
    const { key } = event;
    if (!settings.latest || event.defaultPrevented) return;
    if (!page.isVisible() || !page.receives(event)) return;
    if (key === "Escape" && settings.value("present") === "1" && !this.dialog.open) {
      return togglePresentation(this.store);
    }
    const arrow = key.startsWith("Arrow");
    if (event.ctrlKey || event.metaKey || event.altKey || (event.repeat && !arrow)) return;
    if (settings.value("keys") !== "1" || isInControl(event)) return;
    // Where a control has the focus, arrows are its own.
    if (arrow && !isOnPage(event)) return;
    const act = key === "?" ? () => this.dialog.showModal() : this.actions.get(key.toLowerCase());
    if (!act) return;
    event.preventDefault();
    act();
  }
}

/** @param {Shortcut} shortcut */
function listed({ keys, title }) {
  const names = keys.flatMap((key, i) => [i ? " " : "", create("kbd", {}, key)]);
  return [create("dt", {}, ...names), create("dd", {}, title)];
}

export default component((context) => new Keyboard(context));
