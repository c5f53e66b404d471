/**
 * A value that others follow: whoever subscribes is told the latest one and all later ones.
 *
 * @template T The values; null in it means "none yet" and is never told.
 */
export class Channel {
  /** @type {Set<(value: T & {}) => void>} */
  #subscribers = new Set();

  /** @param {T} initial */
  constructor(initial) {
    this.latest = initial;
  }

  /** @param {T & {}} value */
  publish(value) {
    this.latest = value;
    for (const act of this.#subscribers) act(value);
  }

  /**
   * @param {(value: T & {}) => void} act
   * @returns {() => void} Ends the subscription.
   */
  subscribe(act) {
    this.#subscribers.add(act);
    if (this.latest !== null && this.latest !== undefined) act(this.latest);
    return () => void this.#subscribers.delete(act);
  }
}
