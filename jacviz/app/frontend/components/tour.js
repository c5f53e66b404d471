/**
 * The component `tour`: a stop's sentences, for as long as its drawing is on the canvas.
 */

/** @import { Context } from "../state/component.js" */

import { isEmptyDrawing, sameDrawing } from "../canvas/drawing_codec.js";
import { create, find, fromMarkup } from "../core/elements.js";
import { component } from "../state/component.js";

/**
 * A stop as jacviz/app/tour.py describes it.
 *
 * @typedef {object} TourStop
 * @property {string} title
 * @property {number} number
 * @property {number} count Of all stops.
 * @property {string[]} sentences
 * @property {Record<string, string>} links Queries by what the links are called.
 * @property {string} here Query of the link to this stop.
 */

class Tour {
  /** @type {Uint8Array | null} The stop's own. */
  #drawing = null;
  #shown = "";

  /** @param {Context} context */
  constructor({ parent, store }) {
    this.root = create("div");
    parent.append(this.root);
    this.unsubscribe = store.drawings.subscribe((drawing) => this.#compare(drawing));
  }

  /** @param {TourStop} stop */
  update(stop) {
    const shown = JSON.stringify(stop);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { title, number, count, sentences, links, here } = stop;
    const section = fromMarkup(
      '<section class="jv-tour" aria-label="Tour"><h2></h2><nav><span></span></nav>' +
        '<p class="jv-said"></p><p class="jv-changed">This stop is about another drawing: </p></section>',
    );
    find(section, "h2", HTMLElement).textContent = title;
    find(section, "span", HTMLElement).textContent = `${number} of ${count}`;
    const ways = Object.entries(links).map(([name, query]) => link(name, query));
    find(section, "nav", HTMLElement).append(...ways);
    find(section, ".jv-said", HTMLElement).textContent = sentences.join(" ");
    find(section, ".jv-changed", HTMLElement).append(link("go back to it", here), ".");
    this.root.replaceChildren(section);
  }

  dispose() {
    this.unsubscribe();
    this.root.remove();
  }

  /** @param {Uint8Array} drawing */
  #compare(drawing) {
    if (!isEmptyDrawing(drawing)) this.#drawing ??= drawing;
    const changed = this.#drawing !== null && !sameDrawing(this.#drawing, drawing);
    this.root.toggleAttribute("data-changed", changed);
  }
}

/**
 * @param {string} name
 * @param {string} query
 */
function link(name, query) {
  return create("a", { href: `?${query}`, target: "_self" }, name);
}

export default component((context) => new Tour(context));
