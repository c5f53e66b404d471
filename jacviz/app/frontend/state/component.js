import { storeOf } from "./store.js";

/**
 * What a view may use: its place, the store it shares, and ways to tell the Streamlit script.
 *
 * @typedef {object} Context
 * @property {HTMLElement} parent
 * @property {import("./store.js").Store} store
 * @property {(name: string, value: unknown) => void} setState
 * @property {(name: string, value: unknown) => void} trigger
 */

/**
 * @template Data
 * @typedef {object} View
 * @property {(data: Data) => void} [update] Called first once mounted and on every rerun.
 * @property {() => void} dispose
 */

/**
 * What Streamlit hands to a component's function on each run.
 *
 * @template Data
 * @typedef {object} Mount
 * @property {Data} data
 * @property {HTMLElement} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/**
 * Make a view one of Streamlit's components: made once, kept until its place leaves the page.
 *
 * @template Data
 * @param {(context: Context) => View<Data>} make
 * @returns {(mount: Mount<Data>) => () => void}
 */
export function component(make) {
  /** @type {Map<HTMLElement, View<Data>>} */
  const views = new Map();
  return ({ data, parentElement: parent, setStateValue: setState, setTriggerValue: trigger }) => {
    let view = views.get(parent);
    if (!view) {
      view = make({ parent, store: storeOf(parent), setState, trigger });
      views.set(parent, view);
    }
    view.update?.(data);
    // Streamlit also cleans up after a call that a newer one overtook; the view then stays.
    return () =>
      void setTimeout(() => {
        if (parent.isConnected) return;
        views.get(parent)?.dispose();
        views.delete(parent);
      });
  };
}
