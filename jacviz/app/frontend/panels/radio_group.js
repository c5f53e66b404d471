import { create } from "../core/elements.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** A row of options, of which one is chosen; see `.jv-radios` in page.css. */
export class RadioGroup {
  #value = "";

  /** @param {(value: string) => void} choose Called where another option is pressed. */
  constructor(choose) {
    this.choose = choose;
    this.root = create("div", { className: "jv-radios" });
    this.root.setAttribute("role", "radiogroup");
    this.root.addEventListener("keydown", (event) => this.#key(event));
    this.root.addEventListener("scroll", () => this.#markOverflow());
    this.resizing = new ResizeObserver(() => this.#markOverflow());
    this.resizing.observe(this.root);
  }

  dispose() {
    this.resizing.disconnect();
  }

  /** @param {[value: string, label: string][]} options */
  offer(options) {
    this.root.replaceChildren(
      ...options.map(([value, label]) => {
        const radio = create("button", { type: "button", value }, label);
        radio.setAttribute("role", "radio");
        radio.addEventListener("click", () => this.#press(radio));
        return radio;
      }),
    );
    this.#mark();
  }

  /** @param {string} value */
  select(value) {
    if (value === this.#value) return;
    this.#value = value;
    this.#mark();
  }

  get #radios() {
    return [...this.root.querySelectorAll("button")];
  }

  /** @param {HTMLButtonElement} radio */
  #press(radio) {
    if (radio.value !== this.#value) this.choose(radio.value);
  }

  #mark() {
    const radios = this.#radios;
    const chosen = radios.find(({ value }) => value === this.#value);
    for (const radio of radios) {
      radio.setAttribute("aria-checked", `${radio === chosen}`);
      // The Tab key goes to the whole group, as it does with the browser's own radio buttons.
      radio.tabIndex = radio === (chosen ?? radios[0]) ? 0 : -1;
    }
    if (chosen) this.#scrollTo(chosen);
    this.#markOverflow();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const radios = this.#radios;
    const at = radios.findIndex((radio) => radio === event.target);
    const next = radios[(at + step + radios.length) % radios.length];
    event.preventDefault();
    next.focus({ preventScroll: true });
    this.#press(next);
  }

  // scrollIntoView would scroll the page too.
  /** @param {HTMLElement} radio */
  #scrollTo(radio) {
    const { scrollLeft, clientWidth, scrollWidth } = this.root;
    if (scrollWidth <= clientWidth) return;
    const left = radio.offsetLeft - this.root.offsetLeft;
    const right = left + radio.offsetWidth - clientWidth;
    this.root.scrollLeft = Math.min(left, Math.max(right, scrollLeft));
  }

  #markOverflow() {
    const { scrollLeft, clientWidth, scrollWidth } = this.root;
    this.root.toggleAttribute("data-more-before", scrollLeft > 1);
    this.root.toggleAttribute("data-more-after", scrollLeft + clientWidth < scrollWidth - 1);
  }
}
