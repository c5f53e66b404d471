/**
 * The page of `jacviz export`: a plain canvas and the components of the app, without a server.
 */

/** @import { ToolbarButton } from "../canvas/adapter.js" */
/** @import { ModelText, SettingName, SettingTable, Size } from "../core/types.js" */
/** @import { AttributionTexts } from "../maps/maps_view.js" */
/** @import { Mount } from "../state/component.js" */

import { RESET } from "../canvas/adapter.js";
import mountKeyboard from "../components/keyboard.js";
import { LiveMaps } from "../components/live_maps.js";
import mountOverlay from "../components/overlay.js";
import mountPrediction from "../components/prediction.js";
import mountShareLink from "../components/share_link.js";
import mountTimeline from "../components/timeline.js";
import mountViewControls from "../components/view_controls.js";
import { assetUrl } from "../core/assets.js";
import { create, find } from "../core/elements.js";
import { decodeFromLink } from "../core/link.js";
import { component } from "../state/component.js";
import { createStore } from "../state/store.js";
import { followInAddress } from "./address.js";
import { restoreDrawing } from "./link_drawing.js";
import { PlainCanvas } from "./plain_canvas.js";
import { parseQuery } from "./query.js";
import { StaticPage } from "./static_page.js";

/**
 * What jacviz/app/static_page.py writes into page.json.
 *
 * @typedef {object} PageData
 * @property {AttributionTexts} kinds
 * @property {Record<string, ModelText & Size & { title: string, description: string }>} models
 * @property {SettingTable} settings
 */

const mountLiveMaps = component((context) => new LiveMaps(context, null));

/** @param {PageData} data */
async function show({ kinds, models, settings }) {
  const root = find(document, "#workspace", HTMLElement);
  const link = parseQuery(location.search, settings, models);
  document.documentElement.toggleAttribute("data-embedded", link.embedded);
  const canvas = createCanvas(root);
  for (const [name, value] of Object.entries(link.settings)) {
    settings[/** @type {SettingName} */ (name)].value = value;
  }
  if (link.drawing !== null) {
    try {
      const drawing = await decodeFromLink(link.drawing);
      canvas.load(restoreDrawing(drawing, canvas.element.width));
    } catch {
      link.errors.push("The link's drawing cannot be used.");
    }
  }
  for (const error of link.errors) warn(error);
  const store = createStore(canvas.page);
  store.settings.begin(settings);
  const explanations = Object.values(models).map(({ title, description }) => [title, description]);
  const controls = { settings, models: explanations, told: null };
  const mountAll = () => {
    mount(mountLiveMaps, "maps", { kinds, answer: null, models, settings });
    mount(mountOverlay, "overlay", undefined);
    if (link.embedded) return;
    mount(mountKeyboard, "keyboard", undefined);
    mount(mountViewControls, "view-controls", controls);
    mount(mountPrediction, "prediction", undefined);
    mount(mountTimeline, "timeline", undefined);
    mount(mountShareLink, "share-link", { drawing: null });
  };
  mountAll();
  // Streamlit, too, calls its components again where the theme has changed.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", mountAll);
  followInAddress(store, link.embedded);
}

/** @param {HTMLElement} root */
function createCanvas(root) {
  const [undo, redo, clear] = ["undo", "redo", "clear"].map((id) =>
    find(root, `#${id}`, HTMLButtonElement),
  );
  /** @type {Map<ToolbarButton, HTMLButtonElement>} */
  const buttons = new Map([
    ["Undo", undo],
    ["Redo", redo],
    [RESET, clear],
  ]);
  const canvas = new PlainCanvas(find(root, "#drawing", HTMLCanvasElement), () => {
    undo.disabled = !canvas.canUndo;
    redo.disabled = !canvas.canRedo;
  });
  undo.addEventListener("click", () => canvas.undo());
  redo.addEventListener("click", () => canvas.redo());
  clear.addEventListener("click", () => canvas.clear());
  return Object.assign(canvas, { page: new StaticPage(root, canvas, buttons) });
}

/**
 * As Streamlit mounts a component, for a script that nothing has to be told.
 *
 * @template Data
 * @param {(mount: Mount<any>) => void} component
 * @param {string} id
 * @param {Data} data
 */
function mount(component, id, data) {
  const parentElement = find(document, `#${id}`, HTMLElement);
  component({ data, parentElement, setStateValue: () => {}, setTriggerValue: () => {} });
}

/** @param {string} text */
function warn(text) {
  find(document, "#alerts", HTMLElement).append(create("p", { className: "jv-alert" }, text));
}

fetch(assetUrl("page.json"))
  .then((reply) => reply.json())
  .then(show)
  .catch((error) => {
    warn(`This page could not be loaded: ${error.message}. Reload it.`);
    throw error;
  });
