// htmx under our rules: no eval, no inline style, the CSRF token on each request, refusals told in words.
import htmx from "htmx.org";
import { csrfToken } from "./page.js";
import { notice, saidBy, unnotice } from "./notices.js";

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages hold personal data: nothing is kept in the browser
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
});

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

// A refusal is told in words and changes nothing on the page; a form that comes back with its faults (422) is shown, and
// one that says itself where it belongs: it asks for the password again before an act that matters.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400) return unnotice("request");
  const isForm = xhr.getResponseHeader("HX-Retarget") !== null || xhr.status === 422 && !xhr.responseText.includes("data-error") && (xhr.getResponseHeader("Content-Type") ?? "").includes("html");
  event.detail.shouldSwap = isForm;
  event.detail.isError = false; // told here; htmx would only write it to the console
  if (!isForm) notice(saidBy(xhr), { kind: "bad", name: "request" });
});

document.addEventListener("htmx:sendError", (event) => {
  notice(saidBy(event.detail.xhr), { kind: "bad", name: "request" });
});

window.htmx = htmx;
