// Small things every module asks of the page.

/** Value of <meta name=…>, or "". */
export const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/** Present CSRF token: the cookie outlives a sign-in in another tab, the meta tag does not. */
export function csrfToken() {
  const cookie = document.cookie.split("; ").find((part) => /^(__Host-)?csrftoken=/.test(part));
  return cookie ? decodeURIComponent(cookie.slice(cookie.indexOf("=") + 1)) : meta("csrf-token");
}

/** Make an element: make("b", {class: "x"}, "text", child…). Text is never read as HTML. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** An icon of the sprite. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

/** HH:MM:SS of a Date, as a clerk reads it. */
export const clockTime = (date) => date.toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
