// What was typed and is not yet on the server, one localStorage entry per cell: survives reload, crash, no network.
const PREFIX = "hj:journal:";

export class Journal {
  /** `name` tells sheet and account, so that nobody sends another's words. */
  constructor(name, storage = globalThis.localStorage) {
    this.prefix = `${PREFIX}${name}:`;
    this.storage = storage;
  }

  keep(item) {
    try {
      this.storage.setItem(this.prefix + item.id, JSON.stringify(item));
      return true;
    } catch {
      return false; // no room or no storage: the queue still has it, and the page warns before it is left
    }
  }

  forget(id) {
    this.storage.removeItem(this.prefix + id);
  }

  all() {
    const found = [];
    for (let n = 0; n < this.storage.length; n += 1) {
      const key = this.storage.key(n);
      if (!key.startsWith(this.prefix)) continue;
      try {
        found.push(JSON.parse(this.storage.getItem(key)));
      } catch { /* a broken entry is no entry */ }
    }
    return found.sort((one, other) => one.at - other.at);
  }
}

/** How many cells of a sheet this account has typed here that the server has not got. */
export const unsentOf = (account, sheet, storage) => new Journal(`${account}:${sheet}`, storage).all().length;
