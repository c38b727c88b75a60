/** Decisions that can still be taken back: each is told to the service a moment later, or at once when the next one comes. */

export class Pending {
  #waits = null;
  #timer = 0;

  /** ``send`` tells the service, ``changed`` is called with the decision that waits, or with null. */
  constructor(milliseconds, send, changed) {
    Object.assign(this, { milliseconds, send, changed });
    addEventListener("pagehide", () => this.flush());
  }

  put(decision) {
    this.flush();
    this.#waits = decision;
    this.#timer = setTimeout(() => this.flush(), this.milliseconds);
    this.changed(decision);
  }

  has = (id) => this.#waits?.id === id;

  /** Tell the service now. */
  flush() {
    const decision = this.undo();
    if (decision) this.send(decision);
  }

  /** The decision that waited, which is forgotten. */
  undo() {
    const decision = this.#waits;
    clearTimeout(this.#timer);
    this.#waits = null;
    if (decision) this.changed(null);
    return decision;
  }
}
