import { create, createSvg } from "../core/elements.js";

const SHAPES = {
  back: "M2 2h2v10h-2zM12 2v10l-8-5z",
  play: "M3 2l9 5-9 5z",
  pause: "M3 2h3v10h-3zM8 2h3v10h-3z",
  step: "M2 2l8 5-8 5zM10 2h2v10h-2z",
};

/** @typedef {keyof typeof SHAPES} Icon */

/**
 * Add a small button with a sign on it, which says what it does to whoever points or listens.
 *
 * @param {HTMLElement} parent
 * @param {Icon} icon
 * @param {string} title
 * @param {() => void} act
 */
export function createIconButton(parent, icon, title, act) {
  const size = { viewBox: "0 0 14 14", width: 14, height: 14, "aria-hidden": "true" };
  const svg = createSvg("svg", size, createSvg("path", { fill: "currentColor" }));
  const button = create("button", { type: "button", onclick: act }, svg);
  setIcon(button, icon, title);
  parent.append(button);
  return button;
}

/**
 * @param {HTMLButtonElement} button
 * @param {Icon} icon
 * @param {string} title
 */
export function setIcon(button, icon, title) {
  button.querySelector("path")?.setAttribute("d", SHAPES[icon]);
  button.title = title;
  button.setAttribute("aria-label", title);
}
