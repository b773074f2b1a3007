// Toasts: shown for 8 seconds, longer while pointed at or focused; errors stay until closed.
const SHOWN_FOR = 8000;
const words = document.getElementById("words").dataset;

function place() {
  const open = [...document.querySelectorAll("dialog[open]")].pop();
  if (!open) return document.getElementById("toasts");
  let inside = open.querySelector(":scope > [data-toasts]");
  if (!inside) {
    inside = document.createElement("div");
    inside.className = "toasts";
    inside.dataset.toasts = "";
    inside.setAttribute("role", "status");
    open.append(inside);
  }
  return inside;
}

function live(toast) {
  if (toast.dataset.toast === "stays" || toast.dataset.lives) return;
  toast.dataset.lives = "yes";
  let left = SHOWN_FOR;
  const tick = setInterval(() => {
    if (!toast.isConnected) return clearInterval(tick);
    if (toast.matches(":hover, :focus-within")) return;
    left -= 500;
    if (left <= 0) { clearInterval(tick); toast.remove(); }
  }, 500);
}

function show({ text, undo = "", level = "success" }) {
  const over = level === "error" || level === "warning";
  const toast = document.getElementById(over ? "toast-over" : "toast").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-text]").textContent = text;
  const form = toast.querySelector("[data-undo]");
  if (form && undo) {
    form.action = undo;
    form.setAttribute("hx-post", undo);
    form.elements.request_id.value = crypto.randomUUID ? crypto.randomUUID() : unsafeUuid();
  } else if (form) {
    form.remove();
  }
  place().append(toast);
  htmx.process(toast);
  live(toast);
}

// What was taken back needs its toast no longer.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.elt.matches?.("[data-undo]")) detail.elt.closest("[data-toast]")?.remove();
});

// crypto.randomUUID exists on https and localhost only.
function unsafeUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

document.querySelectorAll("[data-toast]").forEach(live);
document.addEventListener("toasts", (event) => event.detail.list.forEach(show));
document.addEventListener("toast", (event) => show(event.detail));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-toast]")) event.target.closest("[data-toast]").remove();
});

// A refusal is swapped into #toasts; while a dialog is open it belongs into the dialog, or nobody sees it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "toasts") event.detail.target = place();
});
document.addEventListener("htmx:afterSwap", () => document.querySelectorAll("[data-toast]").forEach(live));
document.addEventListener("htmx:responseError", (event) => {
  show({ text: event.detail.xhr.status === 404 ? words.gone : words.error, level: "error" });
});
document.addEventListener("htmx:sendError", () => show({ text: words.offline, level: "error" }));
