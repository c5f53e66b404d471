// What the parts of the page tell each other; everything flows one way, from here to the views.

export class Channel {
  constructor() {
    this.watchers = new Set();
    this.latest = null;
  }

  publish(news) {
    this.latest = news;
    for (const act of this.watchers) act(news);
  }

  watch(act) {
    this.watchers.add(act);
    if (this.latest) act(this.latest);
    return () => this.watchers.delete(act);
  }
}

// What the server said of the ink.
export const answers = new Channel();

// Each drawing, as a message for the server, once the pen rests and its answer is shown.
export const drawings = new Channel();

// How the maps are looked at, as a link tells it (jacviz/ui/state.py).
export const views = new Channel();
