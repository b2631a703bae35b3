import assert from "node:assert/strict";
import { test } from "node:test";
import { SaveQueue } from "../src/js/queue.js";

class Storage {
  map = new Map();
  get length() { return this.map.size; }
  key(n) { return [...this.map.keys()][n]; }
  getItem(key) { return this.map.get(key) ?? null; }
  setItem(key, value) { this.map.set(key, value); }
  removeItem(key) { this.map.delete(key); }
}

const item = (line, value) => ({ id: `${line}|a`, line, column: "a", value, was: "", base: "1" });
const rest = (ms = 30) => new Promise((done) => { setTimeout(done, ms); });

function queueWith(answers, more = {}) {
  const sent = [];
  const storage = new Storage();
  const queue = new SaveQueue({
    name: "t", storage, wait: [5],
    send: async (items) => { sent.push(items.map((one) => [one.line, one.value, one.base, one.key])); return items.map(() => answers.shift() ?? { kind: "saved", body: {} }); },
    ...more,
  });
  return { queue, sent, storage };
}

test("a lost answer is asked again under the same receipt", async () => {
  const { queue, sent, storage } = queueWith([{ kind: "lost", body: {} }]);
  queue.put(item("1", "是"));
  await rest();
  assert.equal(sent.length, 2);
  assert.deepEqual(sent[0], sent[1]);
  assert.equal(queue.unsent, 0);
  assert.equal(storage.length, 0);
});

test("what is not sent stays in the journal and is found by the next visit", async () => {
  const { queue, storage } = queueWith([{ kind: "login", body: {} }]);
  queue.put(item("1", "是"));
  await rest();
  assert.equal(queue.blocked, true);
  const next = new SaveQueue({ name: "t", storage, send: async () => [] });
  assert.deepEqual(next.journal.all().map((one) => one.value), ["是"]);
  const stranger = new SaveQueue({ name: "other", storage, send: async () => [] });
  assert.deepEqual(stranger.journal.all(), []);
});

test("a newer value of a cell takes the place of the older while that one is on its way", async () => {
  let release;
  const sent = [];
  const queue = new SaveQueue({
    name: "t", storage: new Storage(),
    send: async ([one]) => { sent.push(one.value); if (sent.length === 1) await new Promise((go) => { release = go; }); return [{ kind: "saved", body: {} }]; },
  });
  queue.put(item("1", "是"));
  await rest(5);
  queue.put(item("1", "否"));
  release();
  await rest();
  assert.deepEqual(sent, ["是", "否"]);
  assert.equal(queue.unsent, 0);
});

test("a conflict waits for a person and holds up nobody else", async () => {
  const { queue, sent } = queueWith([{ kind: "conflict", body: { theirs: "否" } }]);
  queue.put(item("1", "是"));
  queue.put(item("2", "是"));
  await rest();
  assert.deepEqual(sent.flat().map(([line]) => line), ["1", "2"]);
  assert.equal(queue.held, 1);
  assert.equal(queue.unsent, 1);
});

test("with another version it is another command, with a receipt of its own", async () => {
  let version = "1";
  const { queue, sent } = queueWith([{ kind: "lost", body: {} }], { baseOf: () => version });
  queue.put(item("1", "是"));
  version = "2";
  await rest();
  assert.notEqual(sent[0][0][3], sent[1][0][3]);
});

test("a block goes in batches of a hundred", async () => {
  const { queue, sent } = queueWith([], { batch: true });
  for (let n = 0; n < 250; n += 1) queue.put(item(String(n), "是"), { start: false });
  queue.run();
  await rest();
  assert.deepEqual(sent.map((items) => items.length), [100, 100, 50]);
});
