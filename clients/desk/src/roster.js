// For pages that are filled in: the roster grid (table[data-grid]) and self-saving checklists ([data-autosave-url]).
import { startAutosave } from "./js/autosave.js";
import { Editor } from "./js/grid/editor.js";
import { startFilter } from "./js/grid/filter.js";
import { startPaste } from "./js/grid/paste.js";
import { Sheet } from "./js/grid/sheet.js";

for (const table of document.querySelectorAll("table[data-grid]:not([data-locked])")) {
  const sheet = new Sheet(table);
  const editor = new Editor(sheet);
  startPaste(sheet, editor);
  startFilter(sheet);
  sheet.resume();
}
startAutosave();
