/** @import { Answer, MapShare } from "../core/types.js" */

/**
 * An answer's maps as shares of full colour.
 *
 * @param {Pick<Answer, "empty" | "labels" | "largest" | "maps">} answer
 * @param {boolean} each Whether each map has a scale of its own.
 * @returns {{ share: MapShare, limit: number | null }} `limit` is what full colour means; null
 *   where each map has its own.
 */
export function normalise({ empty, labels, largest, maps }, each) {
  const shared = empty ? 0 : Math.max(...largest);
  const factors = labels.map((_, k) => {
    if (empty || largest[k] === 0) return 0;
    const limit = each ? largest[k] : shared;
    return maps[k] instanceof Int8Array ? largest[k] / 127 / limit : 1 / limit;
  });
  return {
    limit: each ? null : shared,
    share: (k, pixel) => (empty ? 0 : maps[k][pixel] * factors[k]),
  };
}
