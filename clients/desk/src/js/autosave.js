// Fields of a checklist that save themselves: the same queue, journal and settling of differences as the roster.
import { make, meta } from "./page.js";
import { post, sentence } from "./net.js";
import { SaveQueue } from "./queue.js";
import { watch } from "./status.js";
import { word } from "./words.js";
import { difference } from "./difference.js";

const PAUSE_MS = 700;
const timers = new WeakMap();

const fieldsOf = (holder) => [...holder.querySelectorAll("[data-autosave]")];
const idOf = (field) => `${field.dataset.line ?? ""}|${field.dataset.column ?? field.name}`;

function valueOf(field) {
  if (field.type === "checkbox") return field.checked ? "1" : "";
  return field.type === "radio" ? (field.checked ? field.value : "") : field.value;
}

function show(field, value) {
  if (field.type === "checkbox") field.checked = value === "1";
  else if (field.type === "radio") field.checked = field.value === value;
  else field.value = value;
}

function tell(field, text) {
  const id = `e-${idOf(field).replace(/\W+/g, "-")}`;
  document.getElementById(id)?.remove();
  field.toggleAttribute("aria-invalid", false);
  field.removeAttribute("aria-describedby");
  if (!text) return;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", id);
  field.after(make("p", { class: "hj-errors", id, role: "alert" }, text));
}

class Checklist {
  constructor(holder) {
    this.holder = holder;
    this.url = holder.dataset.autosaveUrl;
    this.queue = new SaveQueue({
      name: `${meta("hj-account")}:${holder.dataset.sheet ?? this.url}`,
      send: async ([item]) => [await post(this.url, { line: item.line, column: item.column, value: item.value, base_version: item.base }, { key: item.key })],
      baseOf: (item) => this.fields(item.id)[0]?.dataset.version,
      onAnswer: (item, answer, newest) => this.answered(item, answer, newest),
    });
    watch(this.queue);
    for (const field of fieldsOf(holder)) field.dataset.seen = valueOf(field);
    this.resume();
    holder.addEventListener("input", (event) => this.typed(event.target, PAUSE_MS));
    holder.addEventListener("change", (event) => this.typed(event.target, 0));
  }

  /** The fields of one value: one, or all radios of a group. */
  fields(id) { return fieldsOf(this.holder).filter((field) => idOf(field) === id); }

  resume() {
    for (const item of this.queue.journal.all()) {
      const fields = this.fields(item.id);
      if (!fields.length) continue;
      const untouched = fields.some((field) => valueOf(field) === item.was);
      for (const field of fields) { show(field, item.value); field.classList.add("unsent"); }
      const entry = this.queue.put({ ...item, base: untouched ? fields[0].dataset.version : item.base }, { start: false });
      if (!untouched) for (const field of fields) field.dataset.version = entry.base;
    }
    this.queue.run();
  }

  typed(field, pause) {
    if (!field.matches?.("[data-autosave]")) return;
    field.classList.add("unsent");
    tell(field, "");
    clearTimeout(timers.get(field));
    const put = () => {
      const id = idOf(field);
      this.queue.put({
        id, line: field.dataset.line ?? "", column: field.dataset.column ?? field.name,
        value: valueOf(field), was: field.dataset.seen ?? "", base: field.dataset.version ?? "",
      });
    };
    timers.set(field, setTimeout(put, pause));
  }

  settle(id, value, version) {
    for (const field of this.fields(id)) {
      if (version != null) field.dataset.version = version;
      field.dataset.seen = value;
      field.classList.remove("unsent");
    }
  }

  answered(item, { kind, body }, newest) {
    const fields = this.fields(item.id);
    if (!fields.length) return;
    if (kind === "saved") {
      this.settle(item.id, item.value, body.version);
      this.holder.dispatchEvent(new CustomEvent("hj-saved", { bubbles: true, detail: { line: item.line, column: item.column } }));
    } else if (kind === "conflict" && newest) {
      if (String(body.theirs) === item.value) {
        this.settle(item.id, item.value, body.version);
        this.queue.drop(item.id);
        return;
      }
      this.differ(item, body, fields);
    } else if (newest && kind !== "login") tell(fields[0], sentence(body) || word("refused"));
  }

  differ(item, body, fields) {
    const place = fields[0].closest("fieldset, .hj-yn, .hj-seg") ?? fields[0];
    const box = difference({ mine: item.value, theirs: body.theirs, by: body.by, at: body.at }, (keepMine) => {
      box.remove();
      for (const field of fields) {
        field.dataset.version = body.version;
        if (!keepMine) show(field, String(body.theirs));
      }
      if (keepMine) this.queue.put({ ...item, base: body.version, was: String(body.theirs) });
      else { this.queue.drop(item.id); this.settle(item.id, String(body.theirs), body.version); }
      fields[0].focus();
    });
    place.parentElement.querySelector(":scope > .hj-difference")?.remove();
    box.classList.add("hj-difference");
    place.after(box);
  }
}

export function startAutosave() {
  for (const holder of document.querySelectorAll("[data-autosave-url]")) new Checklist(holder);
}
