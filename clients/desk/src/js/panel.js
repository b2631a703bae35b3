// What is opened beside its list: the row is marked, the link says so, the panel gets the focus.
const PANEL = "panel";

function mark(link) {
  for (const other of document.querySelectorAll(`[hx-target="#${PANEL}"]`)) {
    if (other.hasAttribute("aria-expanded")) other.setAttribute("aria-expanded", String(other === link));
    other.closest("tr[data-row], li[data-row]")?.setAttribute("aria-selected", String(other === link));
  }
}

document.addEventListener("htmx:afterRequest", (event) => {
  const link = event.detail.elt;
  if (event.detail.xhr.status < 400 && link.matches?.(`[hx-target="#${PANEL}"]`)) mark(link);
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== PANEL) return;
  const panel = document.getElementById(PANEL);
  if (!panel) return;
  const head = panel.querySelector("h2, h3") ?? panel;
  head.tabIndex = -1;
  head.focus({ preventScroll: true });
  const seen = panel.getBoundingClientRect();
  if (seen.top > window.innerHeight - 80 || seen.top < 0) panel.scrollIntoView({ block: "start" });
});

// The cross of a panel: back to the figure or row that opened it.
document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close-panel]");
  if (!close) return;
  const panel = document.getElementById(PANEL);
  const opener = document.querySelector(`[hx-target="#${PANEL}"][aria-expanded="true"], tr[aria-selected="true"] [hx-target="#${PANEL}"]`);
  if (close.tagName === "A") return; // the address is the list without the panel
  panel?.replaceChildren();
  if (panel) panel.hidden = true;
  mark(null);
  opener?.focus();
});
