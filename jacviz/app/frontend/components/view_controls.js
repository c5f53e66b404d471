/**
 * The component `view_controls`: how the maps are looked at. Its controls change the page's
 * settings; Streamlit is told of them only where it asks to be.
 */

/** @import { SettingName, SettingTable, View } from "../core/types.js" */
/** @import { Context } from "../state/component.js" */

import { containerClass } from "../canvas/adapter.js";
import { create, createSvg, uniqueId } from "../core/elements.js";
import { HelpTip } from "../panels/help_tip.js";
import { RadioGroup } from "../panels/radio_group.js";
import { sameView } from "../state/settings.js";
import { component } from "../state/component.js";

/** @type {SettingName[]} */
const RADIOS = ["space", "scale", "network"];
/** @type {SettingName} */
const SELECT = "method";

/**
 * What jacviz/app/components.py hands over.
 *
 * @typedef {object} ViewControlsData
 * @property {SettingTable} settings
 * @property {[title: string, description: string][]} models
 * @property {View | null} told What Streamlit takes for the view; null where it need not know.
 */

class ViewControls {
  /** @type {View | null} */
  #told = null;
  /** @type {string | null} The labels and options that are shown, as JSON. */
  #offered = null;

  /** @param {Context} context */
  constructor({ parent, store, setState }) {
    this.settings = store.settings;
    this.setState = setState;
    this.help = new HelpTip("Network");
    this.groups = RADIOS.map((name) => this.#createGroup(name));
    this.select = create("select", { id: uniqueId("maps") });
    this.select.addEventListener("change", () => this.#choose(SELECT, this.select.value));
    this.selectLabel = create("label", { className: "jv-label", htmlFor: this.select.id });
    this.root = create(
      "div",
      { className: "jv-controls" },
      ...this.groups.map(({ container }) => container),
      create(
        "div",
        { className: containerClass(SELECT) },
        this.selectLabel,
        create("span", { className: "jv-select" }, this.select, chevron()),
      ),
    );
    parent.append(this.root);
    this.unsubscribe = this.settings.subscribe(() => this.#show());
  }

  /** @param {ViewControlsData} data */
  update({ settings, models, told }) {
    this.help.explain(models);
    this.#told = told;
    this.settings.begin(settings);
    this.#offer();
    this.#show();
  }

  dispose() {
    this.unsubscribe();
    for (const { group } of this.groups) group.dispose();
    this.root.remove();
  }

  /** @param {SettingName} name */
  #createGroup(name) {
    const group = new RadioGroup((value) => this.#choose(name, value));
    const label = create("span", { id: uniqueId(name) });
    group.root.setAttribute("aria-labelledby", label.id);
    const help = name === "network" ? [this.help.root] : [];
    const container = create(
      "div",
      { className: containerClass(name) },
      create("div", { className: "jv-label" }, label, ...help),
      group.root,
    );
    return { name, group, label, container };
  }

  /**
   * @param {SettingName} name
   * @param {string} value
   */
  #choose(name, value) {
    this.settings.set({ [name]: value });
  }

  #offer() {
    const { settings } = this;
    const names = [...RADIOS, SELECT];
    const offered = JSON.stringify(
      names.map((name) => [settings.label(name), settings.options(name)]),
    );
    if (offered === this.#offered) return;
    this.#offered = offered;
    for (const { name, group, label } of this.groups) {
      label.textContent = settings.label(name);
      group.offer(settings.options(name));
    }
    this.selectLabel.textContent = settings.label(SELECT);
    const options = settings.options(SELECT).map(([value, label]) => new Option(label, value));
    this.select.replaceChildren(...options);
  }

  #show() {
    const { settings } = this;
    const { view } = settings;
    if (this.#offered === null || !view) return;
    for (const { name, group } of this.groups) group.select(settings.value(name));
    this.select.value = view.method;
    if (this.#told && !sameView(view, this.#told)) this.setState("view", (this.#told = view));
  }
}

function chevron() {
  return createSvg(
    "svg",
    { viewBox: "0 0 24 24", width: 20, height: 20, fill: "currentColor", "aria-hidden": "true" },
    createSvg("path", { d: "M7.41 8.59L12 13.17l4.59-4.58L18 10l-6 6-6-6 1.41-1.41z" }),
  );
}

export default component((context) => new ViewControls(context));
