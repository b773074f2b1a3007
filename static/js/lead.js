// The lead's page keeps itself fresh: on lead-changed (its own verbs, or live.js) it fetches its pieces anew and
// takes those in which nobody is typing or pointing; where somebody is, it says that there are news.
const page = document.getElementById("lead-page");

const dirty = (piece) => piece.querySelector("form[data-dirty]") !== null;
const inUse = (piece) => piece.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");

let running = null;
async function refresh(own) {
  if (running) return running;
  running = fetch(page.dataset.url, { headers: { "HX-Request": "true" }, cache: "no-store", credentials: "same-origin" });
  try {
    const answer = await running;
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const kept = [...page.querySelectorAll("[data-part]")].filter((piece) => !take(piece, fresh, own));
    news(kept.length > 0);
    const history = document.getElementById("lead-history");
    if (history) htmx.trigger(history, "refresh");
  } finally {
    running = null;
  }
}

function take(piece, fresh, own) {
  const next = fresh.getElementById(piece.id);
  if (!next) return true;
  if (dirty(piece) || (!own && inUse(piece))) return false;
  const focused = piece.contains(document.activeElement) ? document.activeElement.id || "in" : null;
  piece.replaceWith(next);
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
    const { id, ids, own } = event.detail ?? {};
    const mine = Number(page.dataset.lead);
    if (Number(id) === mine || ids?.map(Number).includes(mine)) refresh(Boolean(own));
  });
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

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(new URL(copy.dataset.copy, location.href).href);
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: copy.dataset.said } }));
  }
  if (event.target.closest("[data-print]")) print();
});
