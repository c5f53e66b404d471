/**
 * A piece of text with marks: plain text, the swatch of a colour scale's end, or code.
 *
 * @typedef {string | { swatch: "more" | "less" } | { code: string }} TextPart
 */

/**
 * An element from constant markup. Whatever comes from a model, a link or the server is set as
 * `textContent` afterwards; ESLint refuses anything but a constant here.
 *
 * @param {string} markup One element.
 * @returns {HTMLElement}
 */
export function fromMarkup(markup) {
  const template = document.createElement("template");
  template.innerHTML = markup;
  const element = template.content.firstElementChild;
  if (!(element instanceof HTMLElement)) throw new Error("expected markup of one HTML element");
  return element;
}

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {{ new (): T }} type
 * @returns {T} The first match.
 */
export function find(root, selector, type) {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`expected a ${type.name} at ${selector}`);
  return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Partial<HTMLElementTagNameMap[Name]>} [properties]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function create(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | number>} attributes
 * @param {(Node | string)[]} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function createSvg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, `${value}`);
  element.append(...children);
  return element;
}

/**
 * Replace what an element says.
 *
 * @param {Element} element
 * @param {readonly TextPart[]} parts
 */
export function setText(element, parts) {
  element.replaceChildren(
    ...parts.map((part) => {
      if (typeof part === "string") return part;
      if ("code" in part) return create("code", {}, part.code);
      return create("b", { className: part.swatch === "more" ? "jv-more" : "jv-less" });
    }),
  );
}

/**
 * Fill a select with the labels of all classes, whose values are their indices.
 *
 * @param {HTMLSelectElement} select
 * @param {readonly string[]} labels
 */
export function offerClasses(select, labels) {
  if (
    labels.length === select.length &&
    labels.every((label, k) => select[k].textContent === label)
  ) {
    return;
  }
  select.replaceChildren(...labels.map((label, k) => new Option(label, `${k}`)));
}

/**
 * Whether there is a class of this index; another model may have fewer.
 *
 * @param {string} index As `offerClasses` gives it to a select; "" is none.
 * @param {readonly string[]} labels
 */
export function isClass(index, labels) {
  return index !== "" && Number(index) in labels;
}

/**
 * Rows of a label, a bar and a number; see `.jv-bars` and `.jv-derivatives` in page.css.
 *
 * @param {HTMLOListElement} list
 * @param {readonly string[]} labels
 * @returns {{ row: HTMLLIElement, bar: HTMLElement, number: HTMLElement }[]}
 */
export function barRows(list, labels) {
  const shown = [...list.querySelectorAll("b")].map(({ textContent }) => textContent);
  if (shown.length !== labels.length || labels.some((label, k) => shown[k] !== label)) {
    list.replaceChildren(
      ...labels.map((label) =>
        create("li", {}, create("b", {}, label), create("i", {}, create("u")), create("span")),
      ),
    );
  }
  return [...list.querySelectorAll("li")].map((row) => ({
    row,
    bar: find(row, "u", HTMLElement),
    number: find(row, "span", HTMLElement),
  }));
}

/**
 * Mark an element whose labels need more room than a digit: see `[data-long]` in page.css.
 *
 * @param {Element} element
 * @param {readonly string[]} labels
 */
export function markLong(element, labels) {
  element.toggleAttribute(
    "data-long",
    labels.some((label) => label.length > 2),
  );
}

/**
 * Give a canvas the size of a frame. Its style shows it in that shape, by `--aspect`.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{ height: number, width: number }} size
 */
export function fitToFrame(canvas, { height, width }) {
  if (canvas.width === width && canvas.height === height) return;
  Object.assign(canvas, { width, height });
  canvas.style.setProperty("--aspect", `${width / height}`);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 * @returns {CanvasRenderingContext2D}
 */
export function context2d(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("expected a browser with 2D canvases");
  return context;
}

let count = 0;

/**
 * An id that no other element of the page has, whatever the number of views on it.
 *
 * @param {string} name
 */
export function uniqueId(name) {
  count += 1;
  return `jv-${name}-${count}`;
}

/**
 * Text for places that read HTML, such as Plotly's hover labels.
 *
 * @param {string} text
 */
export function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
