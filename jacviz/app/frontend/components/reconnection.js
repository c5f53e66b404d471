/**
 * The component `reconnection`: has Streamlit run the page anew once it is connected again. A
 * server that was started meanwhile knows nothing of this page's fragments. It shows nothing.
 */

/** @import { Context } from "../state/component.js" */

import { onReconnection } from "../canvas/adapter.js";
import { component } from "../state/component.js";

class Reconnection {
  /** @param {Context} context */
  constructor({ trigger }) {
    this.stop = onReconnection(() => trigger("reconnected", true));
  }

  dispose() {
    this.stop();
  }
}

export default component((context) => new Reconnection(context));
