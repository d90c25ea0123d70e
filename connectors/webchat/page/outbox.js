/**
 * Messages that the server has not confirmed, in the order in which they were written. They are in localStorage, one
 * key each (so that tabs never overwrite each other), and thus outlive a reload; where there is no localStorage, in
 * memory. Each has an id made here: sent again, it is still the same message.
 */
const MAX_MESSAGES = 50;

export class Outbox {
  #prefix;
  #storage = storage();
  #last = 0;

  constructor(address) {
    this.#prefix = `parlance-chat|${address}|`;
  }

  /** Oldest first: `{ id, text, label?, atMs, problem? }`; `problem`: why it will not be sent. */
  list() {
    return keysOf(this.#storage)
      .filter((key) => key.startsWith(this.#prefix))
      .sort()
      .map((key) => parse(this.#storage.getItem(key)))
      .filter((message) => message !== undefined);
  }

  get isFull() {
    return this.list().length >= MAX_MESSAGES;
  }

  add(text, label) {
    // Two of one millisecond still have an order.
    const atMs = Math.max(Date.now(), this.#last + 1);
    this.#last = atMs;
    const message = { id: newId(), text, atMs, ...(label !== undefined && { label }) };
    this.#put(message);
    return message;
  }

  /** The message stays, to be seen, but is not sent. */
  refuse(id, problem) {
    const message = this.#find(id);
    if (message) this.#put({ ...message, problem });
  }

  remove(id) {
    const message = this.#find(id);
    if (message) this.#storage.removeItem(this.#key(message));
  }

  /** Whether a change of localStorage concerns this outbox: another tab wrote. */
  concerns(key) {
    return key === null || key.startsWith(this.#prefix);
  }

  #find(id) {
    return this.list().find((message) => message.id === id);
  }

  #put(message) {
    const key = this.#key(message);
    try {
      this.#storage.setItem(key, JSON.stringify(message));
    } catch {
      // Full, or forbidden by now: better in memory than not at all.
      this.#storage = new MemoryStorage(this.list());
      for (const kept of this.#storage.taken) this.#storage.setItem(this.#key(kept), JSON.stringify(kept));
      this.#storage.setItem(key, JSON.stringify(message));
    }
  }

  #key({ atMs, id }) {
    return `${this.#prefix}${String(atMs).padStart(15, '0')}|${id}`;
  }
}

class MemoryStorage {
  #items = new Map();

  constructor(taken = []) {
    this.taken = taken;
  }

  keys() {
    return [...this.#items.keys()];
  }

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, value);
  }

  removeItem(key) {
    this.#items.delete(key);
  }
}

function storage() {
  try {
    const key = 'parlance-chat|probe';
    localStorage.setItem(key, '');
    localStorage.removeItem(key);
    return localStorage;
  } catch {
    return new MemoryStorage();
  }
}

function keysOf(store) {
  return store instanceof MemoryStorage ? store.keys() : Object.keys(store);
}

function parse(json) {
  try {
    return JSON.parse(json) ?? undefined;
  } catch {
    return undefined;
  }
}

/** `crypto.randomUUID` is missing on plain http other than localhost; the random numbers are not. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
