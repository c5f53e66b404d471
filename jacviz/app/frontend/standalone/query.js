/**
 * A link's query; jacviz/app/state.py parses the same.
 */

/** @import { SettingName, SettingTable, SettingValues, Size } from "../core/types.js" */

const MAX_DIGITS = 9;
/** @type {SettingName[]} */
const SWITCHES = ["present", "keys"];
const MAX_SHOWN_CHARACTERS = 40;

/**
 * What a link says of the page.
 *
 * @typedef {object} LinkState
 * @property {string | null} drawing As text; see core/link.js.
 * @property {boolean} embedded
 * @property {Partial<SettingValues>} settings
 * @property {string[]} errors A sentence on each parameter that cannot be used.
 */

/**
 * Of a name that comes twice the first counts; unknown names are ignored.
 *
 * @param {string} query
 * @param {SettingTable} table
 * @param {Record<string, Size & { classes: number }>} models By the networks' names.
 * @returns {LinkState}
 */
export function parseQuery(query, table, models) {
  const params = new URLSearchParams(query);
  /** @type {Partial<SettingValues>} */
  const settings = {};
  /** @type {string[]} */
  const errors = [];
  /** @type {(name: string, text: string) => void} */
  const refuse = (name, text) => {
    const more = text.length > MAX_SHOWN_CHARACTERS ? "..." : "";
    const shown = `${name}=${text.slice(0, MAX_SHOWN_CHARACTERS)}${more}`;
    errors.push(`The link's ${shown} cannot be used.`);
  };
  const names = /** @type {SettingName[]} */ (Object.keys(table));
  const network = params.get("network") ?? "";
  const model = models[Object.hasOwn(models, network) ? network : table.network.default];
  for (const name of names) {
    const text = params.get(name);
    if (text === null) continue;
    const value = parseSetting(name, text, table, model);
    if (value === null) refuse(name, text);
    else settings[name] = value;
  }
  const embedded = params.get("embedded");
  if (embedded !== null && !isSwitch(embedded)) refuse("embedded", embedded);
  return { drawing: params.get("drawing"), embedded: embedded === "1", settings, errors };
}

/**
 * @param {SettingName} name
 * @param {string} text
 * @param {SettingTable} table
 * @param {Size & { classes: number }} model
 * @returns {string | null} Null where it cannot be used.
 */
function parseSetting(name, text, table, { height, width, classes }) {
  const { options } = table[name];
  if (options.length) return options.some(([value]) => value === text) ? text : null;
  if (SWITCHES.includes(name)) return isSwitch(text) ? text : null;
  if (name === "opacity") return integer(text, 100);
  if (name === "pixel") {
    const [row, ...rest] = text.split("-");
    const pixel = [integer(row, height - 1), integer(rest.join("-"), width - 1)];
    return pixel.includes(null) ? null : pixel.join("-");
  }
  if (name === "overlay" && text === "top") return text;
  return integer(text, classes - 1);
}

/** @param {string} text */
function isSwitch(text) {
  return text === "0" || text === "1";
}

/**
 * @param {string} text
 * @param {number} maximum
 */
function integer(text, maximum) {
  const digits = /^[0-9]+$/.test(text) && text.length <= MAX_DIGITS;
  return digits && Number(text) <= maximum ? `${Number(text)}` : null;
}
