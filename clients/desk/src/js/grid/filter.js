// Views of the sheet ("not filled", "否", contradictions, remarks): rows hide, nothing is reloaded, counts follow.
import { isAnswer } from "./sheet.js";

const TESTS = {
  all: () => true,
  blank: (cells) => cells.some((cell) => isAnswer(cell) && cell.dataset.value === ""),
  no: (cells) => cells.some((cell) => cell.dataset.value === "否"),
  unsent: (cells) => cells.some((cell) => cell.matches(".unsent, .wrong")),
};

/** Whether a row belongs to a view; views without a test of their own are flags of the row. */
export function belongs(sheet, row, name) {
  const test = TESTS[name];
  return test ? test(sheet.editable(row)) : (row.dataset.flags ?? "").split(" ").includes(name);
}

export function startFilter(sheet) {
  const holder = document.querySelector(`[data-grid-filters="${sheet.table.id}"]`);
  if (!holder) return;
  const buttons = [...holder.querySelectorAll("[data-grid-filter]")];
  const lines = () => [...sheet.table.querySelectorAll("tr[data-line]")];
  const count = () => {
    for (const button of buttons) {
      const found = lines().filter((row) => belongs(sheet, row, button.dataset.gridFilter)).length;
      button.querySelector("[data-n]")?.replaceChildren(String(found));
    }
  };
  const show = (name) => {
    for (const row of lines()) {
      row.hidden = !belongs(sheet, row, name);
      for (const say of sheet.sayRows(row)) say.hidden = row.hidden;
    }
  };
  holder.addEventListener("click", (event) => {
    const button = event.target.closest("[data-grid-filter]");
    if (button) show(button.dataset.gridFilter);
  });
  sheet.table.addEventListener("hj-changed", count);
  count();
}
