// Keyboard. Single keys never fire in fields, during a conversion or with a modifier, and can be
// turned off per person. data-go="b" answers to g b; data-key="r" to r, in the card that has the
// focus or else on the page; [data-card] are what j and k walk through.
const GO_WAITS = 1200;
const singleKeys = !("noSingleKeys" in document.body.dataset);
let waitingSince = 0;

const inField = (target) => target.closest?.("input, textarea, select, [contenteditable=true], dialog[open] form");
const cards = () => [...document.querySelectorAll("[data-card]")].filter((card) => card.offsetParent !== null);

function walk(step) {
  const all = cards();
  if (!all.length) return false;
  const here = all.findIndex((card) => card.contains(document.activeElement));
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step))];
  const focus = next.querySelector("a[href]:not([data-menu])") ?? next;
  focus.focus();
  focus.scrollIntoView({ block: "nearest" });
  return true;
}

function press(key) {
  const card = document.activeElement?.closest("[data-card]");
  const found = card?.querySelector(`[data-key="${CSS.escape(key)}"]`)
    ?? [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => !one.closest("[data-card]"));
  found?.click();
  return Boolean(found);
}

function go(letter) {
  const link = document.querySelector(`a[data-go="${CSS.escape(letter)}"]`);
  link?.click();
  return Boolean(link);
}

function act(key) {
  if (waitingSince && Date.now() - waitingSince < GO_WAITS) {
    waitingSince = 0;
    return go(key);
  }
  if (key === "g") { waitingSince = Date.now(); return true; }
  if (key === "/") {
    const search = document.querySelector("[data-search]");
    search?.focus();
    search?.select();
    return Boolean(search);
  }
  if (key === "?") {
    document.querySelector("[data-open=keys]")?.click();
    return true;
  }
  if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
  return /^[a-z]$/.test(key) && press(key);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey || event.altKey || !singleKeys) return;
  if (event.defaultPrevented || inField(event.target) || document.querySelector("dialog[open], .menu:popover-open")) return;
  if (act(event.key)) event.preventDefault();
});
