// Dialogs and drawers: <a href data-dialog> loads its page's piece into a native <dialog>.
// data-dialog="drawer" opens at the side. Without script the link leads to the full page.
const words = document.getElementById("words").dataset;
const openers = new WeakMap();

function show(dialog, opener) {
  openers.set(dialog, opener ?? document.activeElement);
  if (!dialog.open) dialog.showModal();
  focusHeading(dialog);
}

function focusHeading(dialog) {
  const heading = dialog.querySelector("[autofocus]") ?? dialog.querySelector("h2");
  if (!heading) return;
  if (heading.matches("h2")) {
    heading.tabIndex = -1;
    heading.id ||= `${dialog.id}-title`;
    dialog.setAttribute("aria-labelledby", heading.id);
  }
  heading.focus();
}

document.addEventListener("click", (event) => {
  const own = event.target.closest("[data-open]");
  if (own) return show(document.getElementById(own.dataset.open), own);
  const close = event.target.closest("[data-close]");
  if (close?.closest("dialog")) {
    event.preventDefault();
    return leave(close.closest("dialog"));
  }
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  load(link);
});

async function load(link) {
  const dialog = document.getElementById(link.dataset.dialog || "dialog");
  const body = document.getElementById(`${dialog.id}-body`);
  body.textContent = "";
  const late = setTimeout(() => skeleton(dialog, body, link), 300);
  try {
    await htmx.ajax("GET", link.href, { target: body, swap: "innerHTML", source: link });
  } finally {
    clearTimeout(late);
  }
  if (body.textContent.trim() && !body.querySelector("[aria-busy]")) show(dialog, link);
  else dialog.close();
}

function skeleton(dialog, body, link) {
  const bars = document.createElement("div");
  bars.className = "dialog__b";
  bars.setAttribute("aria-busy", "true");
  bars.setAttribute("role", "status");
  bars.setAttribute("aria-label", words.loading);
  bars.append(...[1, 2, 3].map(() => Object.assign(document.createElement("span"), { className: "sk" })));
  body.append(bars);
  dialog.setAttribute("aria-label", words.loading);
  show(dialog, link);
}

// Asks first where input would be lost (forms.js answers).
function leave(dialog) {
  dialog.dispatchEvent(new CustomEvent("may-close", { bubbles: true }));
}

let converting = false;
document.addEventListener("compositionstart", () => { converting = true; });
document.addEventListener("compositionend", () => setTimeout(() => { converting = false; }, 50));

for (const dialog of document.querySelectorAll("dialog")) {
  // Esc asks to cancel: never in the middle of a conversion, and never past unsaved input.
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog || dialog.id === "confirm") return;
    event.preventDefault();
    if (!converting) leave(dialog);
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (converting || event.isComposing || event.keyCode === 229)) event.preventDefault();
    else if (event.key === "Escape" && dialog.id !== "confirm") { event.preventDefault(); leave(dialog); }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog && dialog.id !== "confirm") leave(dialog); });
  dialog.addEventListener("close", () => {
    const opener = openers.get(dialog);
    if (opener?.isConnected) opener.focus();
  });
}

// The server closes a dialog with HX-Trigger: close-dialog.
document.addEventListener("close-dialog", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
});
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target.closest?.("dialog[open]");
  if (dialog && !event.detail.target.matches("[data-toasts]") && !dialog.querySelector("[data-focus]")) focusHeading(dialog);
});
