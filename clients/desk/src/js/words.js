// Words of the page in the reader's language: the server writes them as JSON into #hj-words.
let known = null;

/** The sentence of that key, with {name} replaced from `values`. */
export function word(key, values = {}) {
  if (!known) {
    const holder = document.getElementById("hj-words");
    known = holder ? JSON.parse(holder.textContent) : {};
  }
  return (known[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
