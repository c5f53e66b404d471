const MAX_REASON_CHARACTERS = 500;
const HOPELESS = [403, 404, 405];

/** The server refused a question, and said why. */
export class ServerError extends Error {
  /**
   * @param {number} status HTTP status.
   * @param {string} reason In words.
   */
  constructor(status, reason) {
    super(`${status}`);
    this.status = status;
    this.reason = reason.slice(0, MAX_REASON_CHARACTERS);
  }

  /** Whether asking again cannot help. */
  get hopeless() {
    return HOPELESS.includes(this.status);
  }
}
