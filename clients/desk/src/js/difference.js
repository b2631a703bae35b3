// Two people wrote in one place: both words are shown, a person decides, nothing is overwritten silently.
import { icon, make } from "./page.js";
import { word } from "./words.js";

const shown = (value) => (value === "" || value == null ? word("blank") : String(value));

/** A block with both values and two answers; `decide(true)` keeps mine, `decide(false)` takes theirs. */
export function difference({ mine, theirs, by, at }, decide) {
  const keep = make("button", { type: "button", class: "btn btn-sm" }, word("keep_mine"));
  const take = make("button", { type: "button", class: "btn btn-sm" }, word("take_theirs"));
  keep.addEventListener("click", () => decide(true));
  take.addEventListener("click", () => decide(false));
  return make("div", { role: "alert", class: "hj-say" },
    make("strong", {}, icon("i-neq"), ` ${word("differs")}`), "　",
    word("theirs_is", { by: by || word("somebody"), at: at ?? "" }), make("b", {}, shown(theirs)), "　",
    word("mine_is"), make("b", {}, shown(mine)),
    make("div", { class: "hj-acts mt-1" }, keep, take));
}
