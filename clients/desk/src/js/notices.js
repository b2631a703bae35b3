// Lines above the page that say what happened; they stay until closed, and are read out.
import { make, icon } from "./page.js";
import { word } from "./words.js";

function holder() {
  let region = document.getElementById("notices");
  if (!region) {
    region = make("div", { id: "notices", class: "hj-notices", role: "status" });
    (document.getElementById("main") ?? document.body).prepend(region);
  }
  return region;
}

/** Show a notice. `kind`: "", good, warn, bad. `acts`: [{label, run}]. A later one of the same `name` takes its place. */
export function notice(text, { kind = "", name = "", acts = [] } = {}) {
  const region = holder();
  if (name) region.querySelector(`[data-notice="${name}"]`)?.remove();
  const line = make("div", { class: `hj-note ${kind}`, "data-notice": name || false }, make("span", {}, text));
  for (const act of acts) {
    const button = make("button", { type: "button", class: "btn btn-sm" }, act.label);
    button.addEventListener("click", () => { line.remove(); act.run(); });
    line.append(button);
  }
  const close = make("button", { type: "button", class: "hj-plain-btn", "aria-label": word("close") }, icon("i-x"));
  close.addEventListener("click", () => line.remove());
  line.append(close);
  region.append(line);
  return line;
}

/** Take away the notice of that name. */
export const unnotice = (name) => document.querySelector(`#notices [data-notice="${name}"]`)?.remove();

/** What an error page of ours says, taken out of its HTML or JSON. */
export function saidBy(request) {
  const type = request.getResponseHeader("Content-Type") ?? "";
  try {
    if (type.includes("json")) {
      const body = JSON.parse(request.responseText);
      if (typeof body.detail === "string") return body.detail;
    } else {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const told = page.querySelector("[data-error]");
      if (told) return told.textContent.replace(/\s+/g, " ").trim();
    }
  } catch { /* an answer that is not ours: fall through to the general sentence */ }
  return request.status ? word("failed", { status: request.status }) : word("offline");
}

document.addEventListener("click", (event) => event.target.closest("[data-close-notice]")?.closest(".hj-note")?.remove());
