// The way of a typed value to the server: one after the other, again when the network lost it, never twice.
import { Journal } from "./journal.js";

const BATCH = 100;
const WAIT_MS = [1000, 2000, 4000, 8000, 15000, 30000];

export const newKey = () => globalThis.crypto?.randomUUID?.() ?? `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/**
 * item: {id, line, column, value, base, was, at, key, held}
 * `base` is the version that the person saw, `was` the value seen, `held` why it waits for a person ("conflict", "wrong", "refused").
 *
 * send(items) → one {kind, body} per item (kinds as in net.js)
 * baseOf(item) → version to send, asked at the moment of sending
 * onAnswer(item, answer) → after each; onChange(queue) → whenever the state changes
 */
export class SaveQueue {
  constructor({ name, send, baseOf, onAnswer, onChange, batch = false, storage, wait = WAIT_MS }) {
    Object.assign(this, { send, baseOf, onAnswer, onChange, batch, wait });
    this.journal = new Journal(name, storage);
    this.items = new Map();
    this.attempt = 0;
    this.running = false;
    this.blocked = false; // the session ended: a person must sign in again
    this.timer = null;
    this.savedAt = null;
    this.journalled = true;
  }

  get unsent() { return this.items.size; }

  get held() { return [...this.items.values()].filter((item) => item.held).length; }

  get offline() { return this.attempt > 0; }

  /** Put a value in the queue; a newer value of the same cell takes the place of the older. */
  put(item, { start = true } = {}) {
    const earlier = this.items.get(item.id);
    const entry = { at: Date.now(), ...item, held: "", key: newKey() };
    if (earlier) Object.assign(entry, { was: earlier.was, base: item.base ?? earlier.base });
    this.items.set(item.id, entry);
    this.journalled = this.journal.keep(entry);
    this.onChange?.(this);
    if (start) this.run();
    return entry;
  }

  drop(id) {
    this.items.delete(id);
    this.journal.forget(id);
    this.onChange?.(this);
  }

  /** Try again at once: back on line, signed in again, or asked by a person. */
  wake() {
    clearTimeout(this.timer);
    this.timer = null;
    this.blocked = false;
    this.run();
  }

  next() {
    const ready = [...this.items.values()].filter((item) => !item.held);
    return ready.slice(0, this.batch ? BATCH : 1);
  }

  async run() {
    if (this.running || this.blocked || this.timer) return;
    this.running = true;
    this.onChange?.(this);
    try {
      for (let items = this.next(); items.length; items = this.next()) {
        for (const item of items) this.date(item);
        const answers = await this.send(items);
        const stop = items.map((item, n) => this.settle(item, answers[n])).some(Boolean);
        this.onChange?.(this);
        if (stop) break;
      }
    } finally {
      this.running = false;
      this.onChange?.(this);
    }
  }

  /** Give an item the version to be sent; with another version it is another command, with a receipt of its own. */
  date(item) {
    const base = this.baseOf?.(item) ?? item.base;
    if (base !== item.base) Object.assign(item, { base, key: newKey() });
  }

  /** Take in one answer; true when the queue must stop for now. */
  settle(item, answer) {
    if (answer.kind === "lost") {
      this.attempt += 1;
      this.timer ??= setTimeout(() => { this.timer = null; this.run(); }, this.wait[Math.min(this.attempt, this.wait.length) - 1]);
      return true;
    }
    this.attempt = 0;
    if (answer.kind === "login") {
      this.blocked = true;
      this.onAnswer?.(item, answer);
      return true;
    }
    const present = this.items.get(item.id);
    const isNewest = present === item;
    if (answer.kind === "saved") {
      this.savedAt = new Date(answer.body?.saved_at ?? Date.now()); // the clock of the server, where it says
      if (isNewest) this.drop(item.id);
      else if (present) present.was = item.value;
    } else if (isNewest) {
      item.held = answer.kind;
      this.journal.keep(item);
    }
    this.onAnswer?.(item, answer, isNewest);
    return false;
  }
}
