/** @import { Store } from "../state/store.js" */

import { isEmptyDrawing } from "../canvas/drawing_codec.js";
import { encodeForLink, linkQuery } from "../core/link.js";

const DELAY_MS = 400; // Safari refuses more than a hundred changes in thirty seconds

/**
 * Keep drawing and settings in the page's address, so that a reload keeps them.
 *
 * @param {Store} store
 * @param {boolean} embedded
 */
export function followInAddress(store, embedded) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function write() {
    const drawing = store.drawings.latest;
    const text = drawing && !isEmptyDrawing(drawing) ? await encodeForLink(drawing) : null;
    if (drawing !== store.drawings.latest) return;
    const query = linkQuery(text, store.settings.query);
    const url = new URL(location.href);
    url.search = [query, embedded && "embedded=1"].filter(Boolean).join("&");
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  }

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(write, DELAY_MS);
  };
  store.drawings.subscribe(later);
  // Before the first answer, a link's drawing is not known to be on the canvas.
  store.settings.subscribe(() => store.drawings.latest && later());
}
