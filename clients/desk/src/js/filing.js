// A form that files a sheet: words of it that are still on this machine alone must go up first.
import { meta } from "./page.js";
import { unsentOf } from "./journal.js";
import { notice } from "./notices.js";
import { word } from "./words.js";

function hold(form) {
  const n = unsentOf(meta("hj-account"), form.dataset.filesSheet);
  if (!n) return;
  for (const button of form.querySelectorAll("button.btn-primary")) button.disabled = true;
  notice(word("unsent_before_filing", { n }), {
    kind: "warn", name: "unsent", acts: [{ label: word("back_to_sheet"), run: () => location.assign(form.dataset.sheetUrl) }],
  });
}

for (const form of document.querySelectorAll("form[data-files-sheet]")) hold(form);
