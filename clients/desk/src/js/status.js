// [data-save-status]: how much is not yet on the server, and when the last was saved. Leaving with unsent words asks.
import { clockTime, icon } from "./page.js";
import { word } from "./words.js";
import { notice, unnotice } from "./notices.js";

const queues = new Set();

function picture() {
  const all = [...queues];
  const sum = (of) => all.reduce((total, queue) => total + of(queue), 0);
  const unsent = sum((queue) => queue.unsent);
  const held = sum((queue) => queue.held);
  const saved = all.map((queue) => queue.savedAt).filter(Boolean).sort((a, b) => a - b).pop();
  if (all.some((queue) => queue.blocked)) return { state: "offline", icon: "i-off", text: word("signed_out", { n: unsent }) };
  if (all.some((queue) => queue.offline)) return { state: "offline", icon: "i-off", text: word("offline_kept", { n: unsent }) };
  if (held && held === unsent) return { state: "wrong", icon: "s-returned", text: word("held", { n: held }) };
  if (unsent) return { state: "unsent", icon: "i-clock", text: word("unsent", { n: unsent }) };
  if (saved) return { state: "saved", icon: "s-accepted", text: word("saved_at", { time: clockTime(saved) }) };
  return null;
}

function show() {
  const now = picture();
  for (const holder of document.querySelectorAll("[data-save-status]")) {
    if (!now) continue;
    holder.dataset.state = now.state;
    const text = ` ${now.text}`;
    if (holder.textContent !== text) holder.replaceChildren(icon(now.icon), text);
  }
}

function warnOnce(queue) {
  if (queue.blocked) {
    notice(word("sign_in_again"), {
      kind: "warn", name: "login",
      acts: [
        { label: word("sign_in"), run: () => { window.open("/account/login/", "_blank", "noopener"); warnOnce(queue); } },
        { label: word("send_again"), run: () => queue.wake() },
      ],
    });
  } else unnotice("login");
  if (!queue.journalled) notice(word("no_room"), { kind: "warn", name: "room" });
}

/** Let the page show the state of this queue. */
export function watch(queue) {
  queues.add(queue);
  let blocked = false;
  queue.onChange = () => {
    show();
    if (queue.blocked !== blocked || !queue.journalled) warnOnce(queue);
    blocked = queue.blocked;
  };
  window.addEventListener("online", () => queue.wake());
  document.addEventListener("visibilitychange", () => { if (!document.hidden && queue.unsent) queue.wake(); });
}

window.addEventListener("beforeunload", (event) => {
  if ([...queues].some((queue) => queue.unsent > 0)) event.preventDefault();
});
