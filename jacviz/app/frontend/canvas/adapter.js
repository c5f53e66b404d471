/**
 * The only script that knows how Streamlit and streamlit-drawable-canvas look inside. It holds for
 * streamlit-drawable-canvas 0.13 and Streamlit 1.67; tests/browser/test_adapter.py is its contract.
 */

import { context2d } from "../core/elements.js";
import { encodeDrawing } from "./drawing_codec.js";

/** Side of the canvas in pixels; jacviz/app/canvas.py. */
export const CANVAS_SIDE = 392;

/** @typedef {"Undo" | "Redo" | "Reset canvas & history"} ToolbarButton As the component names it. */
/** @type {ToolbarButton} */
export const RESET = "Reset canvas & history";

/**
 * Where the canvas lies on the screen.
 *
 * @typedef {object} CanvasBounds
 * @property {number} left
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 * @property {number} width On the screen.
 * @property {number} side Of its own pixels along its width.
 */

// Streamlit's class of a container with a key. A second view on a page has keys that go on with
// "-" and more.
const VIEW_ROOT = containers("workspace");
const CANVAS_CONTAINER = containers("canvas");
// Streamlit shows a menu's contents outside of the view; only one menu of a page can be open.
const FILES = containers("files");
const MAIN = "body, .stMain";
const TEXT_FIELDS = "input, textarea, [contenteditable]";
const CONTROLS =
  "input, textarea, select, dialog, [contenteditable], [role=dialog], [role=combobox], [role=listbox]";

const APP = "[data-testid=stApp]";
const CONNECTION = "data-test-connection-state";
const DIALOG = "[data-testid=stDialog]";
const CONNECTION_ERROR = "Connection error"; // title of Streamlit's dialog

const HIDDEN_FRAME_MS = 100; // hidden pages get no animation frames

const STYLE_ID = "jacviz-style";
const STYLE = `
  .dc-container { background: #fff; filter: invert(var(--jv-night, 0)); }
  .dc-scroll { overflow: hidden !important; }
  .dc-canvas { outline: none !important; }
  .dc-toolbar { opacity: 1 !important; top: -2.6rem !important; transition: none !important;
                padding: 0 !important; }
  .dc-toolbar-card { box-shadow: none !important; background: none !important; }
  .dc-icon-button { padding: .5rem !important; }
  .dc-icon-button svg { width: 1.15rem !important; height: 1.15rem !important; }
  .dc-icon-button:focus-visible { outline: 2px solid var(--st-primary-color) !important; }
  .dc-icon-button[aria-label="Edit"], .dc-toolbar-separator,
  .dc-icon-button[aria-label="Update the app with this drawing"] { display: none !important; }
`;

/**
 * The container of everything in one view.
 *
 * @param {Element} element
 * @returns {Element} The document's root where there is no such container.
 */
export function viewRootOf(element) {
  return element.closest(VIEW_ROOT) ?? element.ownerDocument.documentElement;
}

/**
 * The class that Streamlit gives to a container with a key. The page's own controls have such
 * classes too, by which people's scripts find them.
 *
 * @param {string} key
 */
export function containerClass(key) {
  return `st-key-${key}`;
}

/**
 * What other scripts use of one view's part of a page; standalone/static_page.js has it too.
 *
 * @typedef {Pick<PageAdapter, keyof PageAdapter>} CanvasPage
 */

/** One view's part of a page of Streamlit's: its canvas. */
export class PageAdapter {
  #copy = context2d(document.createElement("canvas"), { willReadFrequently: true });
  /** @type {ShadowRoot | null} */
  #found = null;

  /** Pixels along the longer side of the model's frame; 0 while it is not known. */
  frameSide = 0;

  /** @param {Element} root */
  constructor(root) {
    this.root = root;
  }

  /** The part of the page that holds the canvas; null where there is none. */
  get canvasContainer() {
    return this.root.querySelector(CANVAS_CONTAINER);
  }

  /** @param {Pick<Event, "composedPath">} event */
  isOnCanvas(event) {
    return Boolean(this.#inside && event.composedPath().includes(this.#inside));
  }

  /**
   * Which of the canvas' buttons an event happened on.
   *
   * @param {Event} event
   * @returns {string | null} Its label; null where it happened on none.
   */
  toolbarButton(event) {
    if (!this.isOnCanvas(event)) return null;
    const button = event.composedPath().find((part) => part instanceof HTMLButtonElement);
    return button?.getAttribute("aria-label") ?? null;
  }

  /**
   * @returns {Uint8Array<ArrayBuffer> | null} The drawing as a message for the server; null where
   *   the canvas cannot be read.
   */
  readDrawing() {
    const upper = this.#upper;
    const lower = upper?.parentElement?.querySelector("canvas.lower-canvas");
    const width = upper?.offsetWidth;
    const height = upper?.offsetHeight;
    if (!upper || !(lower instanceof HTMLCanvasElement) || !width || !height) return null;
    const { canvas } = this.#copy;
    if (canvas.width !== width || canvas.height !== height)
      Object.assign(canvas, { width, height });
    this.#copy.clearRect(0, 0, width, height);
    // The stroke that is being drawn is on the upper one, all others are on the lower one.
    this.#copy.drawImage(lower, 0, 0, width, height);
    this.#copy.drawImage(upper, 0, 0, width, height);
    const { data } = this.#copy.getImageData(0, 0, width, height);
    return encodeDrawing(data, height, width, this.frameSide);
  }

  /**
   * Wait until the canvas shows a stroke that the pen has just finished.
   *
   * On mouse-up the component takes the stroke from its upper canvas at once and asks for an
   * animation frame to put it, smoothed, onto its lower one: until that frame it is on neither.
   * Called after the component's own listener, this asks for the same frame and so comes next.
   *
   * @param {() => void} act
   */
  onStrokeTransferred(act) {
    if (document.hidden) setTimeout(act, HIDDEN_FRAME_MS);
    else requestAnimationFrame(act);
  }

  /**
   * Say what is on the canvas, for those who cannot see it.
   *
   * @param {string} text
   */
  describeCanvas(text) {
    this.#upper?.setAttribute("role", "img");
    this.#upper?.setAttribute("aria-label", text);
  }

  /** @returns {CanvasBounds | null} */
  canvasBounds() {
    const upper = this.#upper;
    if (!upper) return null;
    const { left, top, right, bottom, width } = upper.getBoundingClientRect();
    return { left, top, right, bottom, width, side: upper.offsetWidth };
  }

  /**
   * Whether one of the canvas' buttons can be pressed.
   *
   * @param {ToolbarButton} label
   */
  canPress(label) {
    return Boolean(this.#button(label));
  }

  /** @param {ToolbarButton} label */
  press(label) {
    this.#button(label)?.click();
  }

  /** Whether the canvas is seen: the page of methods hides the whole view. */
  isVisible() {
    return Boolean(this.canvasContainer?.checkVisibility());
  }

  /**
   * Whether a key or a paste is meant for this view: for the one with the focus, or else for the
   * first of the page.
   *
   * @param {Event} event
   */
  receives(event) {
    const [target] = event.composedPath();
    const focused = target instanceof Element ? hostOf(target).closest(VIEW_ROOT) : null;
    const receiver = focused ?? document.querySelector(VIEW_ROOT);
    return receiver === null || receiver === this.root;
  }

  /** @returns {ShadowRoot | null} Where the component keeps its canvases; null before it is mounted. */
  get #inside() {
    if (this.#found?.host.isConnected) return this.#found;
    const parts = this.canvasContainer?.querySelectorAll("*") ?? [];
    const host = [...parts].find((part) => part.shadowRoot?.querySelector("canvas.upper-canvas"));
    this.#found = host?.shadowRoot ?? null;
    if (this.#found) addStyle(this.#found);
    return this.#found;
  }

  /** @returns {HTMLCanvasElement | null} */
  get #upper() {
    return this.#inside?.querySelector("canvas.upper-canvas") ?? null;
  }

  /**
   * @param {ToolbarButton} label
   * @returns {HTMLButtonElement | null}
   */
  #button(label) {
    const selector = `button[aria-label="${label}"]:not(:disabled)`;
    return this.#inside?.querySelector(selector) ?? null;
  }
}

/**
 * Act whenever Streamlit has lost its connection and is connected again.
 *
 * @param {() => void} act
 * @returns {() => void} Ends it.
 */
export function onReconnection(act) {
  const app = document.querySelector(APP);
  if (!app) return () => {};
  let connected = app.getAttribute(CONNECTION) === "CONNECTED";
  const observer = new MutationObserver(() => {
    const now = app.getAttribute(CONNECTION) === "CONNECTED";
    if (now && !connected) act();
    connected = now;
  });
  observer.observe(app, { attributeFilter: [CONNECTION] });
  return () => observer.disconnect();
}

/**
 * Whether an event happened on the menu of files to save.
 *
 * @param {Event} event
 */
export function isOnFiles(event) {
  const files = document.querySelector(FILES);
  return files !== null && event.composedPath().includes(files);
}

/** @param {boolean} inert Whether no file can be saved at the moment. */
export function setFilesInert(inert) {
  document.querySelector(FILES)?.toggleAttribute("inert", inert);
}

/**
 * Close Streamlit's dialogs about a lost connection, which would lie over a page that goes on
 * without the server.
 *
 * @param {() => boolean} unneeded Whether the page goes on.
 * @returns {() => void} Ends it.
 */
export function closeConnectionDialogs(unneeded) {
  const close = () => {
    if (!unneeded()) return;
    for (const dialog of document.querySelectorAll(DIALOG)) {
      if (dialog.querySelector("h2")?.textContent !== CONNECTION_ERROR) continue;
      dialog.querySelector("button")?.click();
    }
  };
  const observer = new MutationObserver(close);
  observer.observe(document.body, { childList: true });
  return () => observer.disconnect();
}

/**
 * Whether an event happened in a field for text, where keys are letters.
 *
 * @param {Event} event
 */
export function isInTextField(event) {
  return isIn(event, TEXT_FIELDS);
}

/**
 * Whether an event happened in a control that has a use for keys itself.
 *
 * @param {Event} event
 */
export function isInControl(event) {
  return isIn(event, CONTROLS);
}

/**
 * Whether an event happened on the page itself, with no control in focus.
 *
 * @param {Event} event
 */
export function isOnPage(event) {
  const [target] = event.composedPath();
  return target instanceof Element && target.matches(MAIN);
}

/**
 * @param {Event} event
 * @param {string} selector
 */
function isIn(event, selector) {
  const [target] = event.composedPath();
  return target instanceof Element && target.closest(selector) !== null;
}

/**
 * @param {Element} element
 * @returns {Element} The element itself, or what holds the shadow root it is in.
 */
function hostOf(element) {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? hostOf(root.host) : element;
}

/** @param {string} key */
function containers(key) {
  return `.st-key-${key}, [class*="st-key-${key}-"]`;
}

/** @param {ShadowRoot} inside */
function addStyle(inside) {
  if (inside.getElementById(STYLE_ID)) return;
  const style = document.createElement("style");
  style.id = STYLE_ID;
  style.textContent = STYLE;
  inside.append(style);
}
