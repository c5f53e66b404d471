/** @import { SettingName, SettingTable, SettingValues, View } from "../core/types.js" */

import { Channel } from "./channel.js";

/**
 * What a person sets on the page, by the names of jacviz/app/state.py.
 *
 * @extends {Channel<SettingValues | null>}
 */
export class Settings extends Channel {
  /** @type {SettingTable | null} */
  #table = null;

  constructor() {
    super(null);
  }

  /**
   * Start with a table's values. Only the first table's count: later ones come from reruns of the
   * Streamlit script, which does not know what was set here since.
   *
   * @param {SettingTable} table
   */
  begin(table) {
    this.#table = table;
    if (this.latest) return;
    const names = /** @type {SettingName[]} */ (Object.keys(table));
    const values = Object.fromEntries(names.map((name) => [name, table[name].value]));
    this.publish(/** @type {SettingValues} */ (values));
  }

  /**
   * Change some; does nothing before `begin`.
   *
   * @param {Partial<SettingValues>} changes
   */
  set(changes) {
    if (this.latest) this.publish({ ...this.latest, ...changes });
  }

  /**
   * @param {SettingName} name
   * @returns {string} "" before `begin`.
   */
  value(name) {
    return this.latest?.[name] ?? "";
  }

  /**
   * @param {SettingName} name
   * @returns {string} "" before `begin`.
   */
  label(name) {
    return this.#table?.[name].label ?? "";
  }

  /**
   * @param {SettingName} name
   * @returns {[value: string, label: string][]} What can be chosen; none where it is no choice.
   */
  options(name) {
    return this.#table?.[name].options ?? [];
  }

  /** @returns {View | null} How the maps are looked at; null before `begin`. */
  get view() {
    if (!this.latest) return null;
    const { space, scale, network, method } = this.latest;
    return { space: /** @type {View["space"]} */ (space), scale, network, method };
  }

  /** What differs from the defaults, as a link's query. */
  get query() {
    const query = new URLSearchParams();
    const values = Object.entries(this.latest ?? {});
    for (const [name, value] of values) {
      const row = this.#table?.[/** @type {SettingName} */ (name)];
      if (value !== row?.default) query.append(name, value);
    }
    return query.toString();
  }
}

/**
 * @param {View | null} a
 * @param {View | null} b
 */
export function sameView(a, b) {
  return (
    a?.space === b?.space &&
    a?.scale === b?.scale &&
    a?.network === b?.network &&
    a?.method === b?.method
  );
}
