// The home page follows what happens: at once where this person did it, else only while nobody is
// pointing at it or typing in it. A line under the pointer never moves.
let waiting = null;
let mine = false;

const home = () => document.getElementById("home");
const isOwn = (target) => target instanceof Element && Boolean(target.closest("#home, dialog, .menu, .toasts"));
const isBusy = () => home().matches(":hover") || home().contains(document.activeElement);

async function refresh() {
  waiting = null;
  const wasMine = mine;
  mine = false;
  await htmx.ajax("GET", home().dataset.home, { target: "#home", select: "#home", swap: "outerHTML" });
  if (wasMine && document.activeElement === document.body) home().querySelector("h2[tabindex]")?.focus();
}

document.addEventListener("lead-changed", (event) => {
  if (!home()) return;
  mine ||= isOwn(event.target);
  if (!mine && isBusy()) {
    home().querySelector("[data-news]").hidden = false;
    return;
  }
  // Several changes that arrive together are one look.
  clearTimeout(waiting);
  waiting = setTimeout(refresh, mine ? 0 : 400);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-news] button")) { mine = true; refresh(); }
});
