/** @import { CanvasPage } from "../canvas/adapter.js" */
/** @import { Answer, PixelTarget } from "../core/types.js" */

import { PageAdapter, viewRootOf } from "../canvas/adapter.js";
import { Channel } from "./channel.js";
import { History } from "./history.js";
import { Selection } from "./selection.js";
import { Settings } from "./settings.js";

/**
 * What the components of one view share: state flows from here to them.
 *
 * Streamlit mounts each component on its own, so they cannot be handed a common object; those of
 * one view find it by the element around them (`storeOf`). Two views on a page have two stores.
 */
export class Store {
  /** What the server said of the drawing. */
  answers = new Channel(/** @type {Answer | null} */ (null));

  /** Each drawing, as a message for the server, once the pen is up and its exact answer shown. */
  drawings = new Channel(/** @type {Uint8Array<ArrayBuffer> | null} */ (null));

  settings = new Settings();
  selection = new Selection();
  history = new History();

  /** @type {Set<PixelTarget>} The pictures of frame pixels that are on the page now. */
  pixelTargets = new Set();

  /** @param {CanvasPage} page */
  constructor(page) {
    this.page = page;
    this.answers.subscribe(({ height, width }) => (this.page.frameSide = Math.max(height, width)));
  }
}

/** @type {WeakMap<Element, Store>} */
const stores = new WeakMap();

/**
 * The store of the view that an element is part of.
 *
 * @param {Element} element
 * @returns {Store}
 */
export function storeOf(element) {
  const root = viewRootOf(element);
  const store = stores.get(root) ?? new Store(new PageAdapter(root));
  stores.set(root, store);
  return store;
}

/**
 * Give a view a page that is not Streamlit's, before its components are mounted.
 *
 * @param {CanvasPage} page
 * @returns {Store}
 */
export function createStore(page) {
  const store = new Store(page);
  stores.set(viewRootOf(page.root), store);
  return store;
}
