// Dragging a card asks for the same verb as its menu: a drop does nothing by itself. In one's own order
// cards are also put up and down; the menu does the same without dragging.
import { lead, urlOf } from "./board.js";

const board = document.querySelector("[data-board]");
const words = board.dataset;
const own = words.sort === "own";
const live = document.getElementById("live");
const toast = (text, level) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, level } }));
let home = null;
let dragged = 0;

const lists = () => board.querySelectorAll("[data-cards], .kcol--thin");
for (const list of lists()) {
  Sortable.create(list, {
    group: "board",
    draggable: "[data-card]",
    filter: ".card__ck, .card__mv, .card__new",
    preventOnFilter: false,
    sort: own,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 6,
    delay: 250,
    delayOnTouchOnly: true,
    ghostClass: "is-ghost",
    chosenClass: "is-dragged",
    fallbackClass: "is-flying",
    onStart: ({ item }) => { home = { parent: item.parentNode, next: item.nextElementSibling }; board.classList.add("is-moving"); },
    onEnd: ended,
  });
}

function ended({ item, to }) {
  board.classList.remove("is-moving");
  dragged = Date.now();
  if (!home) return;
  const column = (to.closest("[data-column]") ?? to).dataset.column;
  if (column === item.dataset.column) {
    if (own && item.nextElementSibling !== home.next) place(item);
    return;
  }
  home.parent.insertBefore(item, home.next);
  drop(item, column);
}

// The click that ends a drag is no click on the card's link.
board.addEventListener("click", (event) => {
  if (Date.now() - dragged < 250 && event.target.closest("[data-card] a")) event.preventDefault();
}, true);

async function drop(card, column) {
  const answer = await fetch(`${urlOf(words.moveUrl, lead(card))}?to=${column}`, { redirect: "error" }).catch(() => null);
  if (!answer?.ok) return;
  const found = await answer.json();
  if (found.why) {
    toast(found.why, "warning");
    card.querySelector(".card__co").focus({ preventScroll: true });
    return;
  }
  if (found.one_tap) {
    const request_id = crypto.randomUUID?.() ?? `${Date.now()}`;
    htmx.ajax("POST", found.url, { source: card, swap: "none", values: { request_id } });
    return;
  }
  const link = Object.assign(document.createElement("a"), { href: found.url, className: "vh", tabIndex: -1, textContent: found.label });
  link.dataset.dialog = "";
  card.append(link);
  link.click();
}

// -- One's own order ----------------------------------------------------------------------
const siblings = (card) => [...card.parentElement.querySelectorAll(":scope > [data-card]")];

async function place(card) {
  const all = siblings(card);
  const above = all.slice(0, all.indexOf(card)).map(lead);
  const body = new URLSearchParams(above.map((id) => ["above", id]));
  const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
  const answer = await fetch(urlOf(words.positionUrl, lead(card)), { method: "POST", body, headers }).catch(() => null);
  if (!answer?.ok) {
    toast(document.getElementById("words").dataset.error, "error");
    home?.parent.insertBefore(card, home.next);
    return;
  }
  live.textContent = words.wordsPlaced.replace("#name", card.dataset.name).replace("#number", above.length + 1);
}

function shift(card, step) {
  const all = siblings(card);
  const here = all.indexOf(card);
  const there = Math.min(all.length - 1, Math.max(0, here + step));
  if (there === here) return;
  home = { parent: card.parentElement, next: card.nextElementSibling };
  if (there < here) all[there].before(card);
  else all[there].after(card);
  card.querySelector(".card__co").focus();
  place(card);
}

if (own) {
  document.getElementById("menu").addEventListener("htmx:afterSwap", (event) => {
    const card = event.detail.requestConfig.elt.closest?.("[data-card]");
    if (!card) return;
    for (const [text, step] of [[words.wordsUp, -1], [words.wordsDown, 1], [words.wordsTop, -1000]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
      button.addEventListener("click", () => { event.target.hidePopover(); shift(card, step); });
      event.target.append(button);
    }
  });
}
