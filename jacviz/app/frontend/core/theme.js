/** @import { Theme } from "./types.js" */

import { context2d } from "./elements.js";

/**
 * Streamlit's current theme, as the colours that scripts (not style sheets) need.
 *
 * @param {Element} element
 * @returns {Theme}
 */
export function themeOf(element) {
  const style = getComputedStyle(element);
  /** @type {(name: string, otherwise: string) => string} */
  const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const background = read("--st-background-color", "#ffffff");
  return {
    name: luminance(background) < 0.5 ? "dark" : "light",
    background,
    text: read("--st-text-color", "#222222"),
    font: read("--st-font", "sans-serif"),
  };
}

/**
 * Invert black ink on white paper so far that the paper meets a dark page.
 *
 * @param {Theme} theme
 */
export function invertPaper(theme) {
  const inversion = theme.name === "dark" ? 1 - luminance(theme.background) : 0;
  document.documentElement.style.setProperty("--jv-night", inversion.toFixed(3));
}

/** @param {string} colour */
function luminance(colour) {
  const context = context2d(document.createElement("canvas"));
  context.fillStyle = colour;
  const hex = context.fillStyle;
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
