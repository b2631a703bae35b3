// The sheet behind the table: cells, their values and versions, saving, and what the server answers.
import { make, meta } from "../page.js";
import { post, sentence } from "../net.js";
import { newKey, SaveQueue } from "../queue.js";
import { watch } from "../status.js";
import { word } from "../words.js";
import { difference } from "../difference.js";

export const idOf = (cell) => `${cell.parentElement.dataset.line}|${cell.dataset.column}`;
export const optionsOf = (cell) => (cell.dataset.options ?? "是,否,-").split(",");
export const isAnswer = (cell) => cell.dataset.kind === "answer";

export class Sheet {
  constructor(table) {
    this.table = table;
    this.head = [...(table.tHead?.rows[table.tHead.rows.length - 1]?.cells ?? [])].map((cell) => cell.innerText.replace(/\s+/g, ""));
    this.cells = new Map();
    this.batchKey = { of: "", key: "" };
    for (const cell of table.querySelectorAll("tr[data-line] > td[data-column]:not([data-kind='read'])")) {
      cell.dataset.value ??= cell.textContent.trim();
      cell.dataset.seen = cell.dataset.value;
      this.cells.set(idOf(cell), cell);
      this.render(cell);
    }
    this.queue = new SaveQueue({
      name: `${meta("hj-account")}:${table.dataset.sheet ?? table.dataset.saveUrl}`,
      batch: Boolean(table.dataset.batchUrl),
      send: (items) => (items.length > 1 ? this.sendMany(items) : this.sendOne(items[0])),
      baseOf: (item) => this.versionOf(this.cells.get(item.id)),
      onAnswer: (item, answer, newest) => this.answered(item, answer, newest),
    });
    watch(this.queue);
  }

  rows() { return [...this.table.querySelectorAll("tr[data-line]")].filter((row) => !row.hidden); }

  editable(row) { return [...row.querySelectorAll("td[data-column]:not([data-kind='read'])")]; }

  labelOf(cell) { return cell.dataset.label ?? this.head[cell.cellIndex] ?? cell.dataset.column; }

  /** Rows of remarks and differences under a line. */
  sayRows(row) {
    const found = [];
    for (let next = row.nextElementSibling; next && !next.dataset.line; next = next.nextElementSibling) found.push(next);
    return found;
  }

  /** A version belongs to the line when the line has one, else to the cell. */
  versionOf(cell) { return cell?.parentElement.dataset.version ?? cell?.dataset.version ?? ""; }

  dateCell(cell, version) {
    if (version == null) return;
    if (cell.parentElement.dataset.version != null) cell.parentElement.dataset.version = version;
    else cell.dataset.version = version;
  }

  /** Draw a cell that is not being edited. */
  render(cell) {
    const value = cell.dataset.value;
    if (isAnswer(cell)) {
      cell.classList.add("ans");
      cell.classList.toggle("no", value === "否");
      cell.classList.toggle("na", value === "-");
    }
    if (cell.classList.contains("active")) cell.dispatchEvent(new CustomEvent("hj-value"));
    else cell.textContent = value;
  }

  tell(cell, text) {
    cell.querySelector(".hj-cell-error")?.remove();
    cell.classList.toggle("wrong", Boolean(text));
    cell.toggleAttribute("aria-invalid", false);
    if (!text) return;
    cell.setAttribute("aria-invalid", "true");
    cell.append(make("span", { class: "hj-cell-error", role: "alert" }, text));
  }

  /** A person's value: shown at once, journalled, sent. */
  write(cell, value, { start = true } = {}) {
    if (value === cell.dataset.value && !cell.classList.contains("wrong")) return false;
    cell.dataset.value = value;
    this.render(cell);
    this.tell(cell, "");
    cell.classList.add("unsent");
    this.queue.put({
      id: idOf(cell), line: cell.parentElement.dataset.line, column: cell.dataset.column,
      value, was: cell.dataset.seen, base: this.versionOf(cell),
    }, { start });
    this.table.dispatchEvent(new CustomEvent("hj-changed", { bubbles: true }));
    return true;
  }

  /** The server's value: shown without being sent. */
  accept(cell, value, version) {
    this.dateCell(cell, version);
    cell.dataset.value = cell.dataset.seen = value;
    cell.classList.remove("unsent");
    this.render(cell);
    this.tell(cell, "");
    this.table.dispatchEvent(new CustomEvent("hj-changed", { bubbles: true }));
  }

  /** Put back what an earlier visit typed and could not send. */
  resume() {
    for (const item of this.queue.journal.all()) {
      const cell = this.cells.get(item.id);
      if (!cell) continue;
      if (cell.dataset.seen === item.value) { this.queue.drop(item.id); continue; }
      const theirs = cell.dataset.seen;
      const version = this.versionOf(cell);
      cell.dataset.value = item.value;
      this.render(cell);
      cell.classList.add("unsent");
      const entry = this.queue.put({ ...item, base: version }, { start: false });
      if (theirs !== item.was) { // changed by another since: a person decides before anything is sent
        entry.held = "conflict";
        this.differ(cell, entry, { theirs, version, by: "" });
      }
    }
    this.queue.run();
  }

  async sendOne(item) {
    const fields = { line: item.line, column: item.column, value: item.value, base_version: item.base };
    return [await post(this.table.dataset.saveUrl, fields, { key: item.key })];
  }

  async sendMany(items) {
    const of = items.map((item) => item.key).join();
    if (this.batchKey.of !== of) this.batchKey = { of, key: newKey() };
    const cells = items.map(({ line, column, value, base }) => ({ line, column, value, base_version: base }));
    const answer = await post(this.table.dataset.batchUrl, { cells }, { json: true, key: this.batchKey.key });
    if (answer.kind !== "saved") return items.map(() => answer);
    const kinds = { 200: "saved", 409: "conflict", 422: "wrong" };
    return items.map((_, n) => {
      const body = answer.body.results?.[n] ?? {};
      return { kind: kinds[body.status ?? 200] ?? "refused", body };
    });
  }

  answered(item, { kind, body }, newest) {
    const cell = this.cells.get(item.id);
    if (!cell || kind === "login") return;
    if (kind === "saved") this.saved(cell, item, body, newest);
    else if (kind === "conflict" && newest) this.clash(cell, item, body);
    else if (newest) this.tell(cell, sentence(body) || word("refused"));
  }

  saved(cell, item, body, newest) {
    this.dateCell(cell, body.version);
    cell.dataset.seen = body.value ?? item.value;
    if (newest) {
      cell.classList.remove("unsent");
      cell.classList.add("settled");
      setTimeout(() => cell.classList.remove("settled"), 1300);
      if (body.value != null && body.value !== cell.dataset.value) this.accept(cell, body.value, body.version);
    }
    this.besides(cell.parentElement, body);
    this.table.dispatchEvent(new CustomEvent("hj-saved", { bubbles: true, detail: { line: item.line, column: item.column } }));
  }

  /** What a save brings along: other cells that follow from it, remarks under the line, its flags. */
  besides(row, body) {
    for (const other of body.fills ?? []) {
      const cell = this.cells.get(`${other.line ?? row.dataset.line}|${other.column}`);
      if (cell && !cell.classList.contains("unsent")) this.accept(cell, other.value, other.version);
    }
    if (body.clash != null) {
      for (const cell of this.editable(row)) cell.classList.toggle("clash", body.clash.includes(cell.dataset.column));
    }
    if (body.flags != null) row.dataset.flags = [].concat(body.flags).join(" ");
    if (body.say != null) {
      for (const old of this.sayRows(row)) if (!old.classList.contains("difference")) old.remove();
      const inert = document.createElement("template"); // the server's own markup; scripts in it do not run
      inert.innerHTML = body.say;
      row.after(inert.content);
      window.htmx?.process(this.table);
    }
    this.table.dispatchEvent(new CustomEvent("hj-changed", { bubbles: true }));
  }

  clash(cell, item, body) {
    const theirs = String(body.theirs ?? "");
    if (theirs === item.value) { // both wrote the same
      this.queue.drop(item.id);
      this.accept(cell, theirs, body.version);
    } else if (theirs === item.was) { // another cell of the line moved on; this one did not
      this.dateCell(cell, body.version);
      this.queue.put(item);
    } else this.differ(cell, item, { ...body, theirs });
  }

  differ(cell, item, { theirs, by, at, version }) {
    const row = cell.parentElement;
    for (const old of this.sayRows(row)) if (old.dataset.for === item.id) old.remove();
    const box = difference({ mine: item.value, theirs, by, at }, (keepMine) => {
      line.remove();
      this.dateCell(cell, version);
      cell.dataset.seen = theirs;
      if (keepMine) this.queue.put({ ...item, was: theirs, base: version });
      else { this.queue.drop(item.id); this.accept(cell, theirs, version); }
      cell.dispatchEvent(new CustomEvent("hj-go", { bubbles: true }));
    });
    box.prepend(make("span", { class: "hj-strong" }, `${row.dataset.name ?? ""} ${this.labelOf(cell)}　`));
    const line = make("tr", { class: "say difference", "data-for": item.id }, make("td", { colspan: String(this.head.length || row.cells.length) }, box));
    row.after(line);
    this.table.dispatchEvent(new CustomEvent("hj-changed", { bubbles: true }));
  }
}
