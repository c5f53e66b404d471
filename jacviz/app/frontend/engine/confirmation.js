/** @import { Answer } from "../core/types.js" */

/**
 * By how much two answers to the same drawing differ: the largest difference of two numbers of
 * one kind (ink of the frame, probabilities, values of the maps), as a share of the largest such
 * number. Infinity where they answer different things.
 *
 * @param {Answer} one
 * @param {Answer} other
 */
export function difference(one, other) {
  const same =
    one.empty === other.empty &&
    one.space === other.space &&
    one.network === other.network &&
    one.method === other.method &&
    one.maps.length === other.maps.length;
  if (!same) return Infinity;
  const largest = Math.max(...other.largest, 0);
  return Math.max(
    furthest(one.frame, other.frame),
    furthest(one.probabilities, other.probabilities),
    ...one.maps.map((map, k) => (largest ? furthest(map, other.maps[k]) / largest : 0)),
  );
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
function furthest(a, b) {
  if (a.length !== b.length) return Infinity;
  let distance = 0;
  for (let i = 0; i < a.length; i++) distance = Math.max(distance, Math.abs(a[i] - b[i]));
  return distance;
}
