// Small buttons with a sign on them, which says what it does to whoever points or listens.

const SIGNS = {
  back: "M2 2h2v10h-2zM12 2v10l-8-5z",
  play: "M3 2l9 5-9 5z",
  pause: "M3 2h3v10h-3zM8 2h3v10h-3z",
  step: "M2 2l8 5-8 5zM10 2h2v10h-2z",
};

export function icon(parent, sign, words, act) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", onclick: act });
  button.innerHTML = '<svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true"><path fill="currentColor"></path></svg>';
  draw(button, sign, words);
  parent.append(button);
  return button;
}

export function draw(button, sign, words) {
  button.querySelector("path").setAttribute("d", SIGNS[sign]);
  button.title = words;
  button.setAttribute("aria-label", words);
}
