// The component `overlay`: which map lies over the drawing, and how opaque.

import { answers, views } from "../core/channel.js";
import { component } from "../core/mount.js";
import { percent } from "../text/numbers.js";
import { loadScales } from "../core/assets.js";
import { settings } from "../core/settings.js";
import { shares } from "../maps/normalise.js";
import { Sheet } from "../canvas/adapter.js";
import { themeOf } from "../core/theme.js";
import { Veil } from "../maps/overlay_layer.js";

const OFF = "";
const TOP = "top"; // the most likely class, whichever that is

class Overlay {
  constructor(parent) {
    this.veil = new Veil(new Sheet());
    this.root = document.createElement("div");
    this.root.className = "jv-overlay";
    this.root.innerHTML =
      '<label for="jv-which"></label><output></output><select id="jv-which"></select>' +
      '<input type="range" min="0" max="100" step="5">';
    [this.name, this.percent, this.which, this.opacity] = this.root.children;
    this.which.addEventListener("change", () => settings.set({ overlay: this.which.value }));
    this.opacity.addEventListener("input", () => settings.set({ opacity: this.opacity.value }));
    parent.append(this.root);
    this.unwatch = [
      settings.watch(() => this.#set()),
      answers.watch(() => this.#paint()),
      views.watch(() => this.#paint()),
    ];
  }

  // Also called where the theme has changed.
  async update() {
    this.scales = await loadScales();
    this.#paint();
  }

  #set() {
    const { overlay, opacity } = settings.latest;
    this.name.textContent = settings.table.overlay.label;
    this.opacity.setAttribute("aria-label", settings.table.opacity.label);
    this.#offer();
    this.which.value = overlay;
    this.opacity.value = opacity;
    this.percent.value = `${opacity}%`;
    this.root.toggleAttribute("data-on", overlay !== OFF);
    this.#paint();
  }

  // A class for each of the network's.
  #offer() {
    const labels = answers.latest?.labels ?? [];
    if (this.which.length === labels.length + 2) return;
    this.which.replaceChildren(
      new Option("none", OFF),
      new Option("most likely", TOP),
      ...labels.map((label, k) => new Option(label, k)),
    );
    this.which.value = settings.latest.overlay;
  }

  #paint() {
    const answer = answers.latest;
    if (!answer || !settings.latest) return;
    this.#offer();
    const { overlay, opacity } = settings.latest;
    const k = overlay === TOP ? answer.top : Number(overlay);
    if (!this.scales || overlay === OFF || answer.empty || !answer.labels[k]) return this.veil.hide();
    const each = new URLSearchParams(views.latest ?? "").get("scale") === "each";
    const { share } = shares(answer, each);
    const { table } = this.scales[themeOf(this.root).name];
    const words = `The map of ${answer.labels[k]}, ${percent(answer.probabilities[k])}, over the drawing`;
    this.veil.paint(answer, (pixel) => share(k, pixel), table, opacity / 100, words);
  }

  dispose() {
    for (const unwatch of this.unwatch) unwatch();
    this.veil.dispose();
    this.root.remove();
  }
}

export default component((parent) => new Overlay(parent));
