import { create, createSvg, find, fromMarkup, uniqueId } from "../core/elements.js";

const MARGIN_PX = 8; // to the window's edges
const DISTANCE_PX = 10; // from the icon

/** A question mark that explains what it is next to, to whoever points at it or has it in focus. */
export class HelpTip {
  /** @param {string} name What is explained. */
  constructor(name) {
    this.root = fromMarkup(
      '<span class="jv-explained"><button type="button"></button>' +
        '<span class="jv-tip" role="tooltip"></span></span>',
    );
    this.button = find(this.root, "button", HTMLButtonElement);
    this.tip = find(this.root, ".jv-tip", HTMLElement);
    this.tip.id = uniqueId("tip");
    this.button.append(icon());
    this.button.setAttribute("aria-label", `Help for ${name}`);
    this.button.setAttribute("aria-describedby", this.tip.id);
    for (const name of ["pointerenter", "focusin"]) {
      this.root.addEventListener(name, () => this.#place());
    }
    for (const name of ["pointerleave", "focusout"]) {
      this.root.addEventListener(name, () => this.root.removeAttribute("data-dismissed"));
    }
    this.root.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.root.toggleAttribute("data-dismissed", true);
    });
  }

  /** @param {[title: string, text: string][]} paragraphs */
  explain(paragraphs) {
    this.tip.replaceChildren(
      ...paragraphs.map(([title, text]) =>
        create("span", {}, create("b", {}, title), text && `: ${text}`),
      ),
    );
  }

  // Below the icon, centred on it, but within the window.
  #place() {
    const { left, width, bottom } = this.button.getBoundingClientRect();
    const free = document.documentElement.clientWidth - this.tip.offsetWidth - MARGIN_PX;
    const centred = left + (width - this.tip.offsetWidth) / 2;
    this.tip.style.left = `${Math.max(MARGIN_PX, Math.min(centred, free))}px`;
    this.tip.style.top = `${bottom + DISTANCE_PX}px`;
  }
}

function icon() {
  return createSvg(
    "svg",
    {
      viewBox: "0 0 24 24",
      width: 16,
      height: 16,
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 2,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
      "aria-hidden": "true",
    },
    createSvg("circle", { cx: 12, cy: 12, r: 10 }),
    createSvg("path", { d: "M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3M12 17h.01" }),
  );
}
