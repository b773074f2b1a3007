// The board that is open: a card is asked for again when its lead has changed. What somebody else changed
// never moves a card that is under the pointer or has the focus: it says that there is an update.
const board = document.querySelector("[data-board]");
const words = board.dataset;
const live = document.getElementById("live");
const MANY = 20;
const waiting = new Map(); // lead → whether it is this person's own change
let busy = false;

const cardOf = (id) => document.getElementById(`lead-${id}`);
const columnOf = (name) => board.querySelector(`.kcol[data-column="${CSS.escape(name)}"]`);
const at = (pattern, id) => pattern.replace("/0/", `/${id}/`);
const say = (pattern, values) => {
  live.textContent = Object.entries(values).reduce((text, [key, value]) => text.replace(`#${key}`, value), pattern);
};

export const lead = (card) => card.dataset.lead;
export const urlOf = (pattern, id) => at(pattern, id);

// -- A lead has changed -------------------------------------------------------------------
function changed(event) {
  const { id, own } = event.detail;
  waiting.set(id, Boolean(own) || waiting.get(id) || false);
  if (waiting.size > MANY) return much();
  work();
}
document.addEventListener("lead-changed", changed);
document.addEventListener("leads-changed", (event) => {
  if (event.detail.ids.length > MANY) return document.getElementById("dialog").addEventListener("close", () => location.reload(), { once: true });
  event.detail.ids.forEach((id) => waiting.set(id, true));
  work();
});
document.addEventListener("much-changed", much);

// One after the other: a burst of news must not become a burst of requests.
async function work() {
  if (busy) return;
  busy = true;
  try {
    while (waiting.size) {
      const [[id, own]] = waiting;
      waiting.delete(id);
      await refresh(id, own);
      if (!waiting.size) await count(); // what arrives meanwhile is next
    }
  } finally {
    busy = false;
  }
}

async function refresh(id, own) {
  const answer = await fetch(`${at(words.cardUrl, id)}?${words.query}`, { headers: { "HX-Request": "true" }, redirect: "error" }).catch(() => null);
  if (!answer || (answer.status >= 400 && answer.status !== 404)) return;
  const html = answer.status === 200 ? await answer.text() : "";
  const fresh = html ? parse(html) : null;
  const old = cardOf(id);
  if (old && fresh && old.dataset.version === fresh.dataset.version) return;
  if (old && !own && held(old)) return notice(old, id);
  if (fresh) put(fresh, old, own);
  else if (old) take(old, own);
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

const held = (card) => card.matches(":hover, :focus-within") || card.classList.contains("is-dragged");

function notice(card, id) {
  if (card.querySelector("[data-refresh]")) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "card__new", textContent: words.wordsChanged });
  button.dataset.refresh = id;
  card.querySelector(".card__top").after(button);
}
board.addEventListener("click", (event) => {
  const button = event.target.closest("[data-refresh]");
  if (button) refresh(button.dataset.refresh, true).then(count);
});

function take(card, own) {
  const next = card.nextElementSibling?.matches("[data-card]") ? card.nextElementSibling : card.previousElementSibling;
  const hadFocus = card.contains(document.activeElement);
  card.remove();
  if (hadFocus) next?.querySelector?.(".card__co")?.focus();
  if (own) say(words.wordsLeft, { name: card.dataset.name });
}

function put(fresh, old, own) {
  const hadFocus = old?.contains(document.activeElement) || (own && document.activeElement === document.body);
  const wasChosen = old?.querySelector(".card__ck")?.checked;
  const column = columnOf(fresh.dataset.column);
  const list = column?.querySelector("[data-cards]");
  const moved = old && old.dataset.column !== fresh.dataset.column;
  if (!list) old?.remove();
  else if (old && !moved && place(old) === place(fresh)) old.replaceWith(fresh);
  else {
    const before = beside(list, fresh, old);
    old?.remove();
    if (before !== undefined) list.insertBefore(fresh, before);
  }
  if (fresh.isConnected) {
    htmx.process(fresh);
    fresh.querySelector(".card__ck").checked = Boolean(wasChosen);
    fresh.classList.add("is-new");
    if (hadFocus) fresh.querySelector(".card__co").focus({ preventScroll: true });
  }
  column?.querySelector(".kcol__none")?.remove();
  if (own && moved) say(words.wordsMoved, { name: fresh.dataset.name, column: column?.dataset.label ?? "" });
}

// -- Where a card belongs among those that are loaded -----------------------------------------
const ORDERS = {
  due: (card) => Number(card.dataset.due || Infinity),
  score: (card) => -Number(card.dataset.score || -1),
  newest: (card) => -Number(card.dataset.newest),
  own: () => 0,
};
const place = (card) => ORDERS[words.sort](card);

// The card to stand before, null for the end; undefined where it belongs to a page that is not loaded.
function beside(list, fresh, old) {
  if (words.sort === "own") return list.firstElementChild;
  const cards = [...list.querySelectorAll("[data-card]")].filter((card) => card !== old);
  const behind = cards.find((card) => place(card) > place(fresh));
  if (behind) return behind;
  const more = list.querySelector(".kcol__next");
  return more && !old ? undefined : more;
}

// -- Counts, and much at once -------------------------------------------------------------
async function count() {
  const answer = await fetch(`${words.countsUrl}?${words.query}`, { redirect: "error" }).catch(() => null);
  if (!answer?.ok) return;
  for (const [name, found] of Object.entries(await answer.json())) {
    for (const place of document.querySelectorAll(`[data-count="${name}"]`)) place.textContent = found.count;
    for (const place of document.querySelectorAll(`[data-sum="${name}"]`)) place.textContent = found.sum;
  }
}

function much() {
  waiting.clear();
  document.getElementById("board-news").hidden = false;
}

// -- A phone shows one column -----------------------------------------------------------------
document.querySelector("[data-switch]")?.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-column]");
  const column = link && columnOf(link.dataset.column);
  if (!column?.querySelector("[data-cards]")) return; // a closed column is read from the server
  event.preventDefault();
  for (const one of link.parentElement.children) one.toggleAttribute("aria-current", false);
  link.setAttribute("aria-current", "true");
  for (const one of board.querySelectorAll(".kcol")) one.toggleAttribute("data-current", one === column);
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
});
