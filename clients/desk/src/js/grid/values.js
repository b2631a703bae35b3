// Reading what people type and paste: answers in their many spellings, blocks of a spreadsheet.

const SPELLINGS = {
  是: ["是", "1", "y", "yes", "√", "✓", "✔", "有", "true", "对", "已", "符合"],
  否: ["否", "2", "n", "no", "×", "✗", "✕", "x", "无", "false", "错", "未", "不", "不是", "不符合"],
  "-": ["-", "3", "－", "—", "–", "―", "一", "/", "／", "不涉及", "不适用", "n/a", "na"],
};

/** The option that a text means, "" for an emptied cell, null when it means none of them. */
export function readAnswer(text, options) {
  const given = text.trim().toLowerCase();
  if (given === "") return "";
  const exact = options.find((option) => option.toLowerCase() === given);
  if (exact) return exact;
  const meant = Object.keys(SPELLINGS).find((option) => SPELLINGS[option].includes(given));
  return options.includes(meant) ? meant : null;
}

/** The option of key 1, 2, 3 … or null. */
export const answerOfKey = (key, options) => (/^[1-9]$/.test(key) ? options[Number(key) - 1] ?? null : null);

/** Rows and cells of tab-separated text as Excel and WPS put it on the clipboard: "a ""quoted"" cell\nof two lines". */
export function parseBlock(text) {
  const rows = [[]];
  let at = 0;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  while (at <= source.length) {
    const [cell, next] = source[at] === '"' ? quoted(source, at) : plain(source, at);
    rows.at(-1).push(cell);
    if (next >= source.length) break;
    if (source[next] === "\n") rows.push([]);
    at = next + 1;
  }
  return rows;
}

function plain(source, at) {
  let end = at;
  while (end < source.length && source[end] !== "\t" && source[end] !== "\n") end += 1;
  return [source.slice(at, end), end];
}

function quoted(source, at) {
  let cell = "";
  let end = at + 1;
  while (end < source.length) {
    if (source[end] === '"' && source[end + 1] === '"') { cell += '"'; end += 2; }
    else if (source[end] === '"') break;
    else { cell += source[end]; end += 1; }
  }
  const after = source[end + 1];
  const isClosed = source[end] === '"' && (after === undefined || after === "\t" || after === "\n");
  return isClosed ? [cell, end + 1] : plain(source, at); // a lone quote is a character like any other
}

/** Column of the block that holds the names of the rows (half of them at least), or -1. */
export function nameColumn(block, names) {
  const known = new Set(names);
  const width = Math.max(...block.map((row) => row.length));
  for (let column = 0; column < width; column += 1) {
    const hits = block.filter((row) => known.has((row[column] ?? "").trim())).length;
    if (hits && hits * 2 >= block.length) return column;
  }
  return -1;
}
