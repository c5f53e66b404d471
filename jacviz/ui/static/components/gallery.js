// The component `gallery`: sample digits, two rows of ten; one press lays one on the sheet.

import { component } from "../core/mount.js";

const ROW = 10;
const HARD = "a hard ";

class Gallery {
  constructor(parent, _, trigger) {
    this.root = document.createElement("div");
    this.root.className = "jv-gallery";
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Sample digits");
    this.root.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) trigger("chosen", [...this.root.children].indexOf(button));
    });
    parent.append(this.root);
  }

  update({ count }) {
    if (this.root.childElementCount === count) return;
    const sprite = new URL("../../samples.png", import.meta.url);
    const buttons = Array.from({ length: count }, (_, k) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = `${k < ROW ? "a " : HARD}${k % ROW}`;
      button.setAttribute("aria-label", button.title);
      button.style.backgroundImage = `url("${sprite}")`;
      button.style.backgroundPosition = `${(100 * k) / (count - 1)}%`;
      button.style.backgroundSize = `${100 * count}% 100%`;
      return button;
    });
    this.root.replaceChildren(...buttons);
  }

  dispose() {
    this.root.remove();
  }
}

export default component((...given) => new Gallery(...given));
