// The lead's page keeps itself fresh: on lead-changed (its own verbs, or live.js) it fetches its pieces anew and
// takes those in which nobody is typing or pointing; where somebody is, it says that there are news.
const page = document.getElementById("lead-page");

// Typed into, or come back with something missing: either way it holds what somebody wrote.
const dirty = (piece) => piece.querySelector("form[data-dirty], form .errs") !== null;
const inUse = (piece) => piece.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");

// One request at a time; what changes while it is under way asks once more, for it may have been too early.
let asking = false;
let again = null;
async function refresh(own) {
  if (asking) {
    again = Boolean(again) || own;
    return;
  }
  asking = true;
  try {
    const headers = { "HX-Request": "true" };
    const answer = await fetch(page.dataset.url, { headers, cache: "no-store", credentials: "same-origin" });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"), own);
  } finally {
    asking = false;
    if (again !== null) {
      const mine = again;
      again = null;
      refresh(mine);
    }
  }
}

function show(fresh, own) {
  const kept = [...page.querySelectorAll("[data-part]")].filter((piece) => !take(piece, fresh, own));
  news(kept.length > 0);
  const history = document.getElementById("lead-history");
  if (history) htmx.trigger(history, "refresh");
}

const plain = (piece) => piece.textContent.replace(/\s+/g, " ").trim();

function take(piece, fresh, own) {
  const next = fresh.getElementById(piece.id);
  if (!next || plain(next) === plain(piece)) return true;
  if (dirty(piece) || (!own && inUse(piece))) return false;
  const focused = piece.contains(document.activeElement) ? document.activeElement.id || "in" : null;
  const unfolded = [...piece.querySelectorAll("details")].map((one) => one.open);
  piece.replaceWith(next);
  next.querySelectorAll("details").forEach((one, nth) => { one.open ||= unfolded[nth] ?? false; });
  htmx.process(next);
  if (focused) focusAgain(next, focused);
  return true;
}

// A piece that had the focus keeps it: the same control, else the piece's heading.
function focusAgain(piece, id) {
  const target = (id !== "in" && document.getElementById(id)) || piece.querySelector("h1, h2");
  if (!target) return;
  if (target.matches("h1, h2")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function news(are) {
  page.querySelector(".lead__news")?.remove();
  if (are) page.prepend(document.getElementById("lead-news").content.cloneNode(true));
}

if (page) {
  document.addEventListener("lead-changed", (event) => {
    const { id, own } = event.detail ?? {};
    if (Number(id) === Number(page.dataset.lead)) refresh(Boolean(own));
  });
  document.addEventListener("much-changed", () => refresh(false));
}

// What an inline form still needs comes back into the dialog: open it.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dialog-body") return;
  const dialog = event.detail.target.closest("dialog");
  if (!dialog.open && event.detail.target.querySelector("form")) {
    dialog.showModal();
    dialog.querySelector("[data-focus]")?.focus();
  }
});

// A form that comes back in its own place: its summary takes the focus.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "answer-return") document.querySelector("#answer-return [data-focus]")?.focus();
});

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(new URL(copy.dataset.copy, location.href).href);
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: copy.dataset.said } }));
  }
  if (event.target.closest("[data-print]")) print();
});
