// "Download" beside a chart: the table under it as CSV that Excel and WPS open (UTF-8 with BOM).
const quote = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
// A cell that begins like a formula is made text, so that a spreadsheet does not run it.
const tame = (text) => (/^[=+@\t]|^-(?![\d.]|$)/.test(text) ? `'${text}` : text);

/** CSV of a table as shown. */
export function tableCsv(table) {
  const rows = [...table.rows].filter((row) => !row.hidden && !row.matches(".say"));
  return rows.map((row) => [...row.cells].map((cell) => quote(tame(cell.innerText.trim().replace(/\s+/g, " ")))).join(",")).join("\r\n");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-table-csv]");
  const table = button && document.getElementById(button.dataset.tableCsv);
  if (!table) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", tableCsv(table)], { type: "text/csv" }));
  link.download = `${button.dataset.fileName || document.title}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
