// ⋯ menus. Two kinds: <button popovertarget="id"> with the menu in the page, and
// <a href data-menu> whose menu is loaded into the shared #menu when it is asked for.
const items = (menu) => [...menu.querySelectorAll("a[href], button:not(:disabled)")];
const shared = document.getElementById("menu");
let opener = null;

function placeAt(menu, button) {
  if (!button || menu.classList.contains("menu--all")) return;
  const at = button.getBoundingClientRect();
  const gap = 4;
  menu.style.margin = "0";
  menu.style.inset = "auto";
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + gap + height <= innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  menu.style.top = `${below ? at.bottom + gap : Math.max(8, at.top - gap - height)}px`;
}

document.addEventListener("click", async (event) => {
  const inPage = event.target.closest("[popovertarget]");
  if (inPage) { opener = inPage; return; }
  const link = event.target.closest("a[data-menu]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  opener = link;
  shared.textContent = "";
  await htmx.ajax("GET", link.href, { target: shared, swap: "innerHTML", source: link });
  htmx.process(shared); // at once: Enter may come before htmx has settled
  if (shared.textContent.trim()) shared.showPopover();
});

// toggle does not bubble; it can be caught on its way down.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu[popover]")) return;
  const open = event.newState === "open";
  opener?.setAttribute("aria-expanded", String(open));
  if (open) {
    placeAt(menu, opener);
    items(menu)[0]?.focus();
  } else if (opener?.isConnected && (document.activeElement === document.body || menu.contains(document.activeElement))) {
    opener.focus();
  }
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[popover]");
  if (!menu || event.isComposing || event.keyCode === 229) return;
  const all = items(menu);
  const here = all.indexOf(document.activeElement);
  const step = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  all[(step + all.length) % all.length]?.focus();
});

// What was chosen closes the menu; the piece it changed is swapped in by htmx.
shared.addEventListener("htmx:afterRequest", () => shared.hidePopover());
document.addEventListener("click", (event) => {
  const chosen = event.target.closest?.(".menu[popover] :is(a[data-dialog], [data-open])");
  if (chosen) chosen.closest(".menu").hidePopover();
});
