/** @import { SettingName, SettingTable, SettingValues } from "../core/types.js" */

import { Channel } from "./channel.js";

/**
 * What a person sets on the page itself, by the names of jacviz/app/state.py. What Streamlit's own
 * controls set comes from Streamlit instead: see `Store.viewQuery`.
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
   * Start with a table's values. Only the first table counts: later ones come from reruns of the
   * Streamlit script, which does not know what was set here since.
   *
   * @param {SettingTable} table
   */
  begin(table) {
    if (this.#table) return;
    this.#table = table;
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
