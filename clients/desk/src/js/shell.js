// Behaviour of the shell: density, segments, Ctrl K, menus, acts with a reason, printing.
import { meta } from "./page.js";
import { post } from "./net.js";

const root = document.documentElement;
const DENSITIES = ["loose", "normal", "tight"];

function showDensity(density) {
  root.dataset.density = density;
  for (const button of document.querySelectorAll("[data-set-density]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setDensity === density));
  }
}

const densityKey = () => `hj:density:${meta("hj-account")}`;

/** The account's density comes with the page; localStorage bridges the time until the server has it. */
function startDensity() {
  const kept = localStorage.getItem(densityKey());
  showDensity(DENSITIES.includes(kept) ? kept : root.dataset.density || "normal");
}

function setDensity(density) {
  showDensity(density);
  localStorage.setItem(densityKey(), density);
  const url = meta("hj-density-url");
  if (url) post(url, { density });
}

function press(button) {
  for (const other of button.parentElement.children) {
    if (other.hasAttribute("aria-pressed")) other.setAttribute("aria-pressed", String(other === button));
  }
}

/** Tabs: [role=tab][data-view] shows the [data-pane] of the same name and hides its siblings. */
function view(tab) {
  for (const other of tab.parentElement.children) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
    const pane = document.querySelector(`[data-pane="${other.dataset.view}"]`);
    if (pane) pane.hidden = other !== tab;
  }
}

function fold(button) {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  button.querySelector("use")?.setAttribute("href", open ? "#i-down" : "#i-right");
  for (const row of document.querySelectorAll(`[data-fold-of="${button.dataset.fold}"]`)) {
    row.hidden = !open;
    const inner = row.querySelector("[data-fold]");
    if (!open && inner?.getAttribute("aria-expanded") === "true") fold(inner);
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll(".hj-menu[open], .hj-act[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

const boxesOf = (every) => [...document.querySelectorAll(`input[type="checkbox"][name="${every.dataset.checkAll}"]:not(:disabled)`)];

/** The box on top says what stands below it: all, some, none; an element with data-checked-of counts them in words. */
function showChecked() {
  for (const every of document.querySelectorAll("[data-check-all]")) {
    const boxes = boxesOf(every);
    const n = boxes.filter((box) => box.checked).length;
    every.checked = n > 0 && n === boxes.length;
    every.indeterminate = n > 0 && n < boxes.length;
    for (const said of document.querySelectorAll(`[data-checked-of="${every.dataset.checkAll}"]`)) said.textContent = String(n);
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  const on = (selector) => event.target.closest(selector);
  const density = on("[data-set-density]");
  if (density) setDensity(density.dataset.setDensity);
  const pressed = on("[aria-pressed]");
  if (pressed?.parentElement.matches(".hj-seg, .hj-big") && !density) press(pressed);
  const tab = on("[role='tab'][data-view]");
  if (tab) view(tab);
  const folder = on("[data-fold]");
  if (folder) fold(folder);
  if (on("[data-print]")) window.print();
  const every = on("[data-check-all]");
  if (every) {
    for (const box of boxesOf(every)) box.checked = every.checked;
    showChecked();
  }
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    const find = document.querySelector("[data-find]");
    if (find) {
      event.preventDefault();
      find.focus();
      find.select();
    }
  }
  if (event.key === "Escape") {
    const open = event.target.closest?.(".hj-menu[open], .hj-act[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else closeMenus(null);
  }
  const tab = event.target.closest?.("[role='tab']");
  if (tab && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    const tabs = [...tab.parentElement.querySelectorAll("[role='tab']")];
    const step = event.key === "ArrowRight" ? 1 : tabs.length - 1;
    const next = tabs[(tabs.indexOf(tab) + step) % tabs.length];
    next.focus();
    if (next.dataset.view) view(next);
  }
});

// An act that asks for a reason: the cursor is in the field when it opens.
document.addEventListener("toggle", (event) => {
  const act = event.target;
  if (act.matches?.(".hj-act") && act.open) act.querySelector("textarea, input:not([type=hidden]), select")?.focus();
}, true);

// A command is sent once: its button rests until the page answers.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post" || event.target.target === "_blank") return;
  const button = event.submitter;
  if (button) setTimeout(() => { button.disabled = true; setTimeout(() => { button.disabled = false; }, 8000); });
});

// A filter form without a button of its own: a changed select sends it. Empty fields stay out of the address.
document.addEventListener("change", (event) => {
  if (event.target.matches("input[type='checkbox']")) showChecked();
  const form = event.target.closest("form[data-filters]");
  if (form && !event.target.matches("input[type='search'], input[type='text']")) form.requestSubmit();
});
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-filters]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.target.matches?.("form[data-filters]")) return;
  const given = event.detail.parameters;
  for (const name of Object.keys(given)) if (given[name] === "") delete given[name];
});

document.addEventListener("htmx:afterSettle", showChecked);
// The browser brings ticks back when one returns to a page; then the box on top follows.
window.addEventListener("pageshow", showChecked);

startDensity();
showChecked();
document.querySelector(".hj-side [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
