// Forms: busy while sending, asked before a weighty step, asked before input is lost, sent by Ctrl+Enter.
const composing = (event) => event.isComposing || event.keyCode === 229;

// -- Busy -----------------------------------------------------------------------------
function busy(button) {
  button.classList.add("is-busy");
  button.setAttribute("aria-busy", "true");
}
function idle(root) {
  for (const button of root.querySelectorAll(".is-busy")) {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-busy");
  }
  for (const form of root.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  delete form.dataset.dirty;
  if (event.defaultPrevented) return; // htmx sends this one
  if (form.dataset.sending) return event.preventDefault();
  form.dataset.sending = "yes";
  if (event.submitter?.classList.contains("btn")) busy(event.submitter);
});
const sending = new WeakMap(); // request → the button that sent it
document.addEventListener("htmx:beforeRequest", (event) => {
  const button = event.detail.requestConfig?.triggeringEvent?.submitter ?? event.detail.elt;
  if (!button.classList?.contains("btn")) return;
  busy(button);
  sending.set(event.detail.xhr, button);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const button = sending.get(event.detail.xhr);
  button?.classList.remove("is-busy");
  button?.removeAttribute("aria-busy");
});
// What was carried out is done: the next tap on the same form is a new request, and nothing in it waits to be saved.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt.closest?.("form");
  if (!form || !detail.successful || detail.requestConfig?.verb !== "post") return;
  delete form.dataset.dirty;
  form.querySelectorAll(".errs").forEach((summary) => summary.remove());
  if (form.elements.request_id) form.elements.request_id.value = newId();
});
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID(); // on https and localhost only
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}
window.addEventListener("pageshow", (event) => { if (event.persisted) idle(document); });

// -- Asked before a weighty step: data-confirm on the form or on the button --------------
const box = document.getElementById("confirm");
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (!question || event.target.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(question, event.submitter?.dataset.yes ?? event.target.dataset.yes).then((yes) => {
    if (!yes) return;
    event.target.dataset.confirmed = "yes";
    event.target.requestSubmit(event.submitter);
    delete event.target.dataset.confirmed;
  });
}, true);

function ask(question, yes) {
  box.querySelector("h2").textContent = question;
  const button = box.querySelector("[data-yes]");
  button.textContent = yes ?? button.dataset.yes;
  box.returnValue = "";
  box.showModal();
  box.querySelector("h2").focus();
  return new Promise((resolve) => {
    box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true });
  });
}

// -- Asked before input is lost: data-guard on the form ------------------------------------
const guarded = (root) => root.querySelector("form[data-guard][data-dirty]");
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-guard")) form.dataset.dirty = "yes";
});
window.addEventListener("beforeunload", (event) => { if (guarded(document)) event.preventDefault(); });
async function mayClose(dialog) {
  if (!guarded(dialog)) return true;
  return ask(dialog.dataset.wordsKeep);
}
document.addEventListener("may-close", (event) => {
  mayClose(event.target).then((yes) => yes && event.target.close());
});

// -- Ctrl/⌘ Enter sends, never in the middle of a conversion ---------------------------------
document.addEventListener("keydown", (event) => {
  if (composing(event) || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.form;
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button[type=submit].btn--pri") ?? undefined);
});

// -- A form that came back: its summary takes the focus ----------------------------------------
const summary = (root) => root.querySelector?.("[data-focus]")?.focus();
summary(document);
document.addEventListener("htmx:afterSwap", (event) => summary(event.detail.target));
