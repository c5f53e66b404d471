/** @import { ColourScale, Theme } from "./types.js" */

/** @typedef {Record<Theme["name"], ColourScale>} ColourScales */

/**
 * The part of Plotly that is used here.
 *
 * @typedef {object} Plotly
 * @property {(root: HTMLElement, data: object[], layout: object, config: object) => Promise<unknown>} newPlot
 * @property {(root: HTMLElement, changes: object) => Promise<unknown>} relayout
 * @property {(root: HTMLElement, changes: object, traces: number[]) => Promise<unknown>} restyle
 * @property {(root: HTMLElement) => void} purge
 */

// What never changes is loaded once, for all views of the page.
/** @type {Promise<Plotly> | null} */
let plotly = null;
/** @type {Promise<ColourScales> | null} */
let colourScales = null;

/**
 * Something that the server offers below /jacviz; see jacviz/app/asgi.py.
 *
 * @param {string} name
 */
export function assetUrl(name) {
  return new URL(`../../${name}`, import.meta.url);
}

/** @returns {Promise<Plotly>} */
export function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = assetUrl("plotly.min.js").href;
    script.onload = () => resolve(/** @type {any} */ (window).Plotly);
    script.onerror = () => reject(new Error(`jacviz: could not load ${script.src}`));
    document.head.append(script);
  });
  return plotly;
}

/** @returns {Promise<ColourScales>} */
export function loadColourScales() {
  colourScales ??= fetch(assetUrl("colours.json"))
    .then((reply) => reply.json())
    .then(({ light, dark }) => ({ light: withWords(light), dark: withWords(dark) }));
  return colourScales;
}

/**
 * @param {{ stops: [number, string][], table: number[][] }} scale
 * @returns {ColourScale}
 */
function withWords({ stops, table }) {
  const bytes = new Uint8ClampedArray(table.flatMap((colour) => [...colour, 255]));
  return { stops, table: new Uint32Array(bytes.buffer) };
}
