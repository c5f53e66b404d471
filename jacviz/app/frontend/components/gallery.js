/**
 * The component `gallery`: sample digits, two rows of ten; one press lays one on the canvas.
 */

/** @import { Context } from "../state/component.js" */

import { assetUrl } from "../core/assets.js";
import { create } from "../core/elements.js";
import { component } from "../state/component.js";

const ROW_LENGTH = 10;

class Gallery {
  /** @param {Context} context */
  constructor({ parent, trigger }) {
    this.root = create("div", { className: "jv-gallery" });
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Sample digits");
    this.root.addEventListener("click", ({ target }) => {
      const button = target instanceof Element && target.closest("button");
      if (button) trigger("chosen", [...this.root.children].indexOf(button));
    });
    parent.append(this.root);
  }

  /** @param {{ count: number }} data How many samples there are. */
  update({ count }) {
    if (this.root.childElementCount === count) return;
    const sprite = assetUrl("samples.png");
    const buttons = Array.from({ length: count }, (_, k) => {
      const title = `${k < ROW_LENGTH ? "a" : "a hard"} ${k % ROW_LENGTH}`;
      const button = create("button", { type: "button", title });
      button.setAttribute("aria-label", title);
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

export default component((context) => new Gallery(context));
