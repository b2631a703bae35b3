// Ctrl V: a block of Excel or WPS goes over the cells; what does not fit is named, and all can be undone.
import { notice } from "../notices.js";
import { word } from "../words.js";
import { nameColumn, parseBlock, readAnswer } from "./values.js";
import { isAnswer, optionsOf } from "./sheet.js";

/** Pairs [cell, text] that a block means, seen from the active cell. */
export function aim(sheet, active, block) {
  const rows = sheet.rows();
  const names = rows.map((row) => row.dataset.name ?? "").filter(Boolean);
  const column = nameColumn(block, names);
  const pairs = [];
  const strangers = [];
  const heads = column < 0 ? 0 : block.findIndex((row) => names.includes((row[column] ?? "").trim())); // rows above the first person
  block.forEach((texts, n) => {
    if (n < heads) return;
    let row = rows[rows.indexOf(active.parentElement) + n];
    let given = texts;
    let from = row ? sheet.editable(row).findIndex((cell) => cell.dataset.column === active.dataset.column) : 0;
    if (column >= 0) { // the block carries names: rows are found by name, values follow the name
      const name = (texts[column] ?? "").trim();
      const named = rows.filter((one) => one.dataset.name === name);
      row = named.length === 1 ? named[0] : null;
      given = texts.slice(column + 1);
      from = 0;
      if (!row && name) strangers.push(name);
    }
    const cells = row ? sheet.editable(row) : [];
    given.forEach((text, m) => { if (cells[from + m]) pairs.push([cells[from + m], text.trim()]); });
  });
  return { pairs, strangers };
}

function place(sheet, pairs) {
  const before = [];
  const wrong = [];
  for (const [cell, text] of pairs) {
    const value = isAnswer(cell) ? readAnswer(text, optionsOf(cell)) : text;
    if (value === null) {
      wrong.push(cell);
      sheet.tell(cell, word("no_such_answer", { text: text.slice(0, 20), options: optionsOf(cell).join("、") }));
      continue;
    }
    const old = cell.dataset.value;
    if (sheet.write(cell, value, { start: false })) before.push([cell, old]);
  }
  sheet.queue.run();
  return { before, wrong };
}

function report(sheet, { before, wrong }, strangers) {
  const parts = [word("pasted", { n: before.length })];
  if (wrong.length) parts.push(word("pasted_wrong", { n: wrong.length }));
  if (strangers.length) parts.push(word("pasted_strangers", { names: strangers.slice(0, 5).join("、"), n: strangers.length }));
  const undo = () => {
    for (const [cell, old] of before) sheet.write(cell, old, { start: false });
    for (const cell of wrong) sheet.tell(cell, "");
    sheet.queue.run();
  };
  notice(parts.join(""), { kind: wrong.length || strangers.length ? "warn" : "", name: "paste", acts: before.length ? [{ label: word("undo_paste"), run: undo }] : [] });
}

export function startPaste(sheet, editor) {
  sheet.table.addEventListener("copy", (event) => {
    if (!editor.active || editor.editing) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", editor.active.dataset.value);
  });
  sheet.table.addEventListener("paste", (event) => {
    const cell = editor.active;
    if (!cell) return;
    const text = event.clipboardData.getData("text/plain");
    const block = parseBlock(text);
    const isSingle = block.length === 1 && block[0].length === 1;
    if (isSingle && editor.editing) return; // into the text, as anywhere
    event.preventDefault();
    if (editor.editing) editor.cancel();
    const { pairs, strangers } = aim(sheet, cell, block);
    const done = place(sheet, pairs);
    if (!isSingle || done.wrong.length) report(sheet, done, strangers);
    editor.go(cell);
  });
}
