/**
 * The component that joins canvas, view, server and maps. It tells Streamlit only that it cannot
 * follow the canvas by itself.
 */

/** @import { ModelText, SettingTable, View } from "../core/types.js" */
/** @import { Server } from "../engine/live_loop.js" */
/** @import { AttributionTexts } from "../maps/maps_view.js" */
/** @import { Context } from "../state/component.js" */

import { closeConnectionDialogs } from "../canvas/adapter.js";
import { Pen } from "../canvas/pen.js";
import { sameDrawing } from "../canvas/drawing_codec.js";
import { fromBase64 } from "../core/base64.js";
import { decodeAnswer } from "../server/answer_codec.js";
import { ServerClient } from "../server/server_client.js";
import { AnswerBackfill } from "../engine/answer_backfill.js";
import { LiveLoop } from "../engine/live_loop.js";
import { Inspector } from "../input/inspector.js";
import { MapsView } from "../maps/maps_view.js";
import { AscentPanel } from "../panels/ascent.js";
import { CheckPanel } from "../panels/check.js";
import { ContrastivePanel } from "../panels/contrastive.js";
import { PixelPanel } from "../panels/pixel.js";
import { TabPanel } from "../panels/tab_panel.js";
import { WhatIfPanel } from "../panels/what_if.js";
import {
  SERVER_AWAY,
  disagreementNote,
  notComputedMessage,
  serverComputesNote,
  troubleMessage,
} from "../text/messages.js";
import { canvasDescription } from "../text/sentences.js";
import { sameView } from "../state/settings.js";
import { component } from "../state/component.js";

/**
 * What jacviz/app/components.py hands over.
 *
 * @typedef {object} LiveMapsData
 * @property {AttributionTexts} kinds
 * @property {string | null} answer In base64, only where Streamlit has to follow the canvas.
 * @property {Record<string, ModelText>} models By the networks' names.
 * @property {SettingTable} settings
 */

export class LiveMaps {
  /** @type {AttributionTexts} */
  #kinds = {};
  /** @type {Record<string, ModelText>} */
  #models = {};
  /** @type {View | null} What the maps were asked to show. */
  #view = null;

  /**
   * @param {Context} context
   * @param {Server | null} server Null where the browser does all there is to do.
   */
  constructor({ parent, store, setState }, server) {
    this.store = store;
    this.maps = new MapsView(parent, store);
    const { history } = store;
    this.pen = new Pen(store.page, history, {
      changed: () => this.loop.schedule(),
      finished: () => this.loop.compare(),
    });
    this.loop = new LiveLoop(this.pen, history, server, {
      answered: (answer) => store.answers.publish(answer),
      settled: (drawing, answer, version) => {
        if (!sameDrawing(store.drawings.latest, drawing)) store.drawings.publish(drawing);
        history.noteAnswer(drawing, answer, version);
        this.backfill.run();
      },
      waiting: (whether) => this.maps.setWaiting(whether),
      troubled: (reason) => this.maps.say(troubleMessage(reason)),
      computedBy: (engine, reason) => {
        if (engine === null) this.maps.say(notComputedMessage(reason));
        this.maps.note(engine === "server" ? serverComputesNote(reason) : null);
      },
      serverAway: () => this.maps.note(SERVER_AWAY),
      disagreed: (share) => this.maps.note(disagreementNote(share)),
      gaveUp: (reason) => setState("blind", reason),
    });
    this.stopClosingDialogs = closeConnectionDialogs(() => this.loop.answersHere);
    this.backfill = new AnswerBackfill(this.loop, this.pen, history);
    const { ask } = this.loop;
    this.panels = new TabPanel(this.maps.foot, store.settings, {
      pixel: new PixelPanel(store),
      "what-if": new WhatIfPanel(ask),
      versus: new ContrastivePanel(ask, store),
      ...(server && { toward: new AscentPanel(ask, store), check: new CheckPanel(ask) }),
    });
    this.inspector = new Inspector(store, {
      layer: this.maps.layer,
      panels: this.panels,
      busy: () => this.pen.down,
    });
    this.subscriptions = [
      store.answers.subscribe((answer) => {
        if (answer.exact && !answer.changed) {
          store.page.describeCanvas(canvasDescription(answer, { samples: server !== null }));
        }
      }),
      store.settings.subscribe(() => {
        if (this.#view && !sameView(store.settings.view, this.#view)) this.#look();
      }),
    ];
  }

  /** @param {LiveMapsData} data */
  update({ kinds, models, answer, settings }) {
    this.#kinds = kinds;
    // A server that was started again may know fewer.
    this.#models = { ...this.#models, ...models };
    this.store.settings.begin(settings);
    this.#look();
    if (answer) this.store.answers.publish(decodeAnswer(fromBase64(answer).buffer));
  }

  /** Show the maps as the settings say. */
  #look() {
    const { settings } = this.store;
    const { view } = settings;
    if (!view) return;
    this.#view = view;
    const { space, scale, network, method } = view;
    const model = this.#models[network];
    this.panels.offer(settings.options("tool"), model.noun);
    this.maps.configure({ scale, attributions: this.#kinds, method, model });
    this.loop.setView({ space, network, method });
    this.panels.refresh();
  }

  dispose() {
    for (const unsubscribe of this.subscriptions) unsubscribe();
    this.stopClosingDialogs();
    this.backfill.stop();
    this.loop.stop();
    this.pen.stop();
    this.inspector.dispose();
    this.panels.dispose();
    this.maps.dispose();
  }
}

export default component((context) => new LiveMaps(context, new ServerClient()));
