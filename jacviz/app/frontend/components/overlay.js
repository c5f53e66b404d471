/**
 * The component `overlay`: which map lies over the drawing, and how opaque.
 */

/** @import { ColourScales } from "../core/assets.js" */
/** @import { Context } from "../state/component.js" */

import { loadColourScales } from "../core/assets.js";
import { find, fromMarkup, uniqueId } from "../core/elements.js";
import { themeOf } from "../core/theme.js";
import { normalise } from "../maps/normalise.js";
import { OverlayImage } from "../maps/overlay_image.js";
import { percent } from "../text/numbers.js";
import { component } from "../state/component.js";

const NONE = "";
const TOP = "top"; // the most likely class, whichever that is

class Overlay {
  /** @type {ColourScales | null} */
  #scales = null;
  /** @type {string | null} The labels that can be chosen, as JSON. */
  #offered = null;

  /** @param {Context} context */
  constructor({ parent, store }) {
    const { answers, settings } = store;
    this.store = store;
    this.image = new OverlayImage(store.page);
    this.root = fromMarkup(
      '<div class="jv-overlay"><label></label><output></output><select></select>' +
        '<input type="range" min="0" max="100" step="5"></div>',
    );
    this.label = find(this.root, "label", HTMLLabelElement);
    this.output = find(this.root, "output", HTMLOutputElement);
    this.select = find(this.root, "select", HTMLSelectElement);
    this.opacity = find(this.root, "input", HTMLInputElement);
    this.select.id = uniqueId("overlay");
    this.label.htmlFor = this.select.id;
    this.select.addEventListener("change", () => settings.set({ overlay: this.select.value }));
    this.opacity.addEventListener("input", () => settings.set({ opacity: this.opacity.value }));
    parent.append(this.root);
    this.subscriptions = [
      settings.subscribe(() => this.#set()),
      answers.subscribe(() => this.#paint()),
    ];
  }

  /** Also called where the theme has changed. */
  async update() {
    this.#scales = await loadColourScales();
    this.#paint();
  }

  dispose() {
    for (const unsubscribe of this.subscriptions) unsubscribe();
    this.image.dispose();
    this.root.remove();
  }

  #set() {
    const { settings } = this.store;
    const opacity = settings.value("opacity");
    this.label.textContent = settings.label("overlay");
    this.opacity.setAttribute("aria-label", settings.label("opacity"));
    this.#offer();
    this.select.value = settings.value("overlay");
    this.opacity.value = opacity;
    this.output.value = `${opacity}%`;
    this.root.toggleAttribute("data-on", settings.value("overlay") !== NONE);
    this.#paint();
  }

  #offer() {
    const { answers, settings } = this.store;
    const labels = answers.latest?.labels ?? [];
    const offered = JSON.stringify(labels);
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.select.replaceChildren(
      new Option("none", NONE),
      new Option("most likely", TOP),
      ...labels.map((label, k) => new Option(label, `${k}`)),
    );
    this.select.value = settings.value("overlay");
  }

  #paint() {
    const { answers, settings } = this.store;
    const answer = answers.latest;
    if (!answer || !settings.latest) return;
    this.#offer();
    const overlay = settings.value("overlay");
    const k = overlay === TOP ? answer.top : Number(overlay);
    const label = answer.labels[k];
    if (!this.#scales || overlay === NONE || answer.empty || label === undefined) {
      return this.image.hide();
    }
    const { share } = normalise(answer, settings.value("scale") === "each");
    const scale = this.#scales[themeOf(this.root).name];
    const opacity = Number(settings.value("opacity")) / 100;
    const description = `The map of ${label}, ${percent(answer.probabilities[k])}, over the drawing`;
    this.image.paint(answer, (pixel) => share(k, pixel), scale, opacity, description);
  }
}

export default component((context) => new Overlay(context));
