/** @import { MapsRequest } from "../core/types.js" */

/**
 * A request for maps as a query; jacviz/server/routes.py reads it.
 *
 * @param {MapsRequest} view
 * @param {boolean} exact
 */
export function queryOf({ space, network, method }, exact) {
  return new URLSearchParams({ space, network, method, exact: exact ? "1" : "0" }).toString();
}

/**
 * @param {MapsRequest | null | undefined} a
 * @param {MapsRequest | null | undefined} b
 */
export function sameRequest(a, b) {
  return Boolean(a && b && a.space === b.space && a.network === b.network && a.method === b.method);
}
