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

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400) return unnotice("request");
  const isErrorPage = xhr.responseText.includes("data-error") || !(xhr.getResponseHeader("Content-Type") ?? "").includes("html");
  event.detail.shouldSwap = xhr.status === 422 && !isErrorPage; // a form that came back with its faults
  event.detail.isError = !event.detail.shouldSwap;
});

document.addEventListener("htmx:responseError", (event) => {
  notice(saidBy(event.detail.xhr), { kind: "bad", name: "request" });
});

document.addEventListener("htmx:sendError", (event) => {
  notice(saidBy(event.detail.xhr), { kind: "bad", name: "request" });
});

window.htmx = htmx;
