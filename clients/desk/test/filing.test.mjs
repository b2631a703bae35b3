import assert from "node:assert/strict";
import { test } from "node:test";
import { Journal, unsentOf } from "../src/js/journal.js";

function memory() {
  const held = new Map();
  return {
    get length() { return held.size; }, key: (n) => [...held.keys()][n],
    getItem: (key) => held.get(key) ?? null, setItem: (key, value) => held.set(key, value), removeItem: (key) => held.delete(key),
  };
}

test("what one account typed into one sheet and the server has not got is counted", () => {
  const storage = memory();
  const journal = new Journal("me:sheet", storage);
  journal.keep({ id: "1|problem", value: "2台测厚仪超期", at: 1 });
  journal.keep({ id: "1|correction", value: "已送检", at: 2 });
  assert.equal(unsentOf("me", "sheet", storage), 2);
  assert.equal(unsentOf("me", "another", storage), 0);
  assert.equal(unsentOf("mate", "sheet", storage), 0);
  journal.forget("1|problem");
  assert.equal(unsentOf("me", "sheet", storage), 1);
});
