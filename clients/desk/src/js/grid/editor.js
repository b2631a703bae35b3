// The active cell: moving by keyboard, answering by 1 2 3, writing text (with an input method too).
import { make } from "../page.js";
import { word } from "../words.js";
import { answerOfKey } from "./values.js";
import { isAnswer, optionsOf } from "./sheet.js";

const PAGE = 10;

export class Editor {
  constructor(sheet) {
    this.sheet = sheet;
    this.table = sheet.table;
    this.region = this.table.closest("[tabindex]") ?? this.table.parentElement;
    this.active = null;
    this.editing = false;
    this.table.setAttribute("role", "grid");
    for (const cell of sheet.cells.values()) cell.tabIndex = -1;
    const first = sheet.cells.values().next().value;
    if (first) first.tabIndex = 0;
    this.listen();
  }

  listen() {
    const { table } = this;
    table.addEventListener("mousedown", (event) => this.pressed(event));
    table.addEventListener("focusin", (event) => {
      const cell = this.cellOf(event.target);
      if (cell && cell !== this.active) this.go(cell);
    });
    table.addEventListener("keydown", (event) => this.key(event));
    table.addEventListener("input", (event) => { if (event.target.matches("td.active > textarea")) this.editing = true; });
    table.addEventListener("compositionstart", () => { this.editing = true; });
    table.addEventListener("dblclick", (event) => { if (this.cellOf(event.target)) this.edit(); });
    table.addEventListener("hj-go", (event) => this.go(event.target));
    table.addEventListener("focusout", (event) => { if (!table.contains(event.relatedTarget)) this.rest(); });
    this.region.addEventListener("keydown", (event) => {
      if (event.target === this.region && ["ArrowDown", "Enter"].includes(event.key)) {
        event.preventDefault();
        this.go(this.last ?? this.sheet.cells.values().next().value);
      }
    });
  }

  cellOf(target) {
    const cell = target.closest?.("td[data-column]");
    return cell && this.sheet.cells.get(`${cell.parentElement.dataset.line}|${cell.dataset.column}`) === cell ? cell : null;
  }

  pressed(event) {
    const cell = this.cellOf(event.target);
    if (!cell || event.button !== 0) return;
    const button = event.target.closest(".hj-yn button");
    if (button) {
      event.preventDefault();
      this.answer(button.dataset.value);
    } else if (cell !== this.active) {
      event.preventDefault();
      this.go(cell);
    } else if (event.target.matches("textarea")) this.editing = true;
  }

  /** Make a cell the active one and put the focus there. */
  go(cell) {
    if (!cell) return;
    if (this.active && this.active !== cell) this.rest();
    if (this.active !== cell) this.open(cell);
    (cell.querySelector(":scope > textarea") ?? cell).focus({ preventScroll: true });
    cell.querySelector(":scope > textarea")?.select();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  open(cell) {
    for (const other of this.sheet.cells.values()) if (other.tabIndex === 0) other.tabIndex = -1;
    this.active = this.last = cell;
    this.editing = false;
    cell.tabIndex = 0;
    const error = cell.querySelector(".hj-cell-error");
    cell.classList.add("active");
    if (isAnswer(cell)) this.drawAnswer(cell);
    else cell.replaceChildren(make("textarea", { rows: "1", "aria-label": this.nameOf(cell), tabindex: "-1" }));
    const area = cell.querySelector(":scope > textarea");
    if (area) area.value = cell.dataset.value;
    if (error) cell.append(error);
    cell.addEventListener("hj-value", this.redraw);
  }

  redraw = (event) => {
    const cell = event.currentTarget;
    const area = cell.querySelector(":scope > textarea");
    if (area) { if (!this.editing) area.value = cell.dataset.value; } else this.drawAnswer(cell);
  };

  nameOf(cell) { return `${cell.parentElement.dataset.name ?? ""}，${this.sheet.labelOf(cell)}`; }

  drawAnswer(cell) {
    const error = cell.querySelector(".hj-cell-error");
    const buttons = optionsOf(cell).map((option) => make("button", {
      type: "button", tabindex: "-1", "data-value": option, "aria-pressed": String(option === cell.dataset.value),
      "aria-label": option === "-" ? word("not_involved") : false,
    }, option));
    cell.replaceChildren(make("span", { class: "hj-yn", role: "group", "aria-label": this.nameOf(cell) }, ...buttons));
    cell.setAttribute("aria-label", `${this.nameOf(cell)}：${cell.dataset.value || word("blank")}`);
    if (error) cell.append(error);
  }

  /** Close the active cell, keeping what was typed in it. */
  rest() {
    const cell = this.active;
    if (!cell) return;
    const area = cell.querySelector(":scope > textarea");
    const typed = area && this.editing ? area.value.trim() : null;
    const error = cell.querySelector(".hj-cell-error");
    this.active = null;
    this.editing = false;
    cell.removeEventListener("hj-value", this.redraw);
    cell.classList.remove("active");
    cell.removeAttribute("aria-label");
    this.sheet.render(cell);
    if (error) cell.append(error);
    if (typed != null) this.sheet.write(cell, typed);
  }

  answer(value) {
    if (this.active && isAnswer(this.active)) this.sheet.write(this.active, value);
  }

  edit() {
    const area = this.active?.querySelector(":scope > textarea");
    if (!area) return;
    this.editing = true;
    area.setSelectionRange(area.value.length, area.value.length);
  }

  /** Give up what was typed since the cell was opened. */
  cancel() {
    const area = this.active?.querySelector(":scope > textarea");
    this.editing = false;
    if (area) { area.value = this.active.dataset.value; area.select(); }
  }

  /** Esc in a resting cell: out of the grid, so that Tab goes on through the page. */
  leave() {
    const cell = this.active;
    this.rest();
    cell.tabIndex = -1;
    this.region.focus();
    this.region.addEventListener("blur", () => { if (!this.active) cell.tabIndex = 0; }, { once: true });
  }

  /** The cell so many rows and columns away, or null at the edge. */
  beside(down, right) {
    const rows = this.sheet.rows();
    const row = this.active.parentElement;
    const columns = this.sheet.editable(row);
    const aim = rows[Math.min(Math.max(rows.indexOf(row) + down, 0), rows.length - 1)];
    const column = columns.indexOf(this.active) + right;
    return this.sheet.editable(aim)[Math.min(Math.max(column, 0), columns.length - 1)] ?? null;
  }

  /** The next or previous cell in reading order, or null at the end of the sheet. */
  along(step) {
    const all = this.sheet.rows().flatMap((row) => this.sheet.editable(row));
    return all[all.indexOf(this.active) + step] ?? null;
  }

  moveOf(event) {
    const all = () => this.sheet.rows().flatMap((row) => this.sheet.editable(row));
    const moves = {
      ArrowDown: () => this.beside(1, 0), ArrowUp: () => this.beside(-1, 0),
      ArrowRight: () => this.beside(0, 1), ArrowLeft: () => this.beside(0, -1),
      PageDown: () => this.beside(PAGE, 0), PageUp: () => this.beside(-PAGE, 0),
      Home: () => (event.ctrlKey ? all()[0] : this.beside(0, -Infinity)),
      End: () => (event.ctrlKey ? all().at(-1) : this.beside(0, Infinity)),
    };
    return moves[event.key];
  }

  key(event) {
    if (!this.active || event.isComposing || !this.active.contains(event.target)) return;
    const { key } = event;
    if (key === "Enter" && !event.altKey) return this.step(event, this.beside(event.shiftKey ? -1 : 1, 0));
    if (key === "Enter" && event.altKey) return this.newLine(event);
    if (key === "Tab") {
      const next = this.along(event.shiftKey ? -1 : 1);
      if (next) this.step(event, next); // at either end Tab leaves the sheet
      return;
    }
    if (key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (this.editing) this.cancel();
      else this.leave();
      return;
    }
    if (this.editing) return;
    if (key === "F2") return this.edit();
    const move = this.moveOf(event);
    if (move && !event.altKey) return this.step(event, move());
    if (key === "Delete" || (key === "Backspace" && isAnswer(this.active))) {
      event.preventDefault();
      this.sheet.write(this.active, "");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !isAnswer(this.active)) return;
    const chosen = answerOfKey(key, optionsOf(this.active)) ?? (key === "-" && optionsOf(this.active).includes("-") ? "-" : null);
    if (chosen !== null) {
      event.preventDefault();
      this.answer(chosen);
    } else if (key.length === 1) event.preventDefault();
  }

  step(event, cell) {
    event.preventDefault();
    if (cell === this.active) { // at the last row: keep what was typed, stay
      this.rest();
      this.go(cell);
    } else this.go(cell);
  }

  newLine(event) {
    const area = this.active.querySelector(":scope > textarea");
    if (!area) return;
    event.preventDefault();
    this.editing = true;
    area.setRangeText("\n", area.selectionStart, area.selectionEnd, "end");
  }
}
