// A zone to drop files on; the file input inside stays the real control.
import { make } from "./page.js";
import { word } from "./words.js";

const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

function list(zone, input) {
  zone.querySelector("ul")?.remove();
  const limit = Number(zone.dataset.maxBytes || Infinity);
  const names = make("ul", { "aria-live": "polite" });
  let tooBig = false;
  for (const file of input.files) {
    const over = file.size > limit;
    tooBig ||= over;
    names.append(make("li", { class: over ? "bad" : "" }, `${file.name}　${size(file.size)}`, over ? `　${word("too_big", { limit: size(limit) })}` : ""));
  }
  input.setCustomValidity(tooBig ? word("too_big", { limit: size(limit) }) : "");
  if (names.children.length) zone.append(names);
}

const zoneOf = (event) => event.target.closest?.("[data-zone]");

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => zoneOf(event)?.classList.remove("over"));
document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.remove("over");
  const input = zone.querySelector('input[type="file"]');
  const given = new DataTransfer();
  for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1)) given.items.add(file);
  input.files = given.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("change", (event) => {
  const zone = zoneOf(event);
  if (!zone || event.target.type !== "file") return;
  list(zone, event.target);
  if (zone.dataset.zone === "send" && event.target.checkValidity()) event.target.form.requestSubmit();
});
