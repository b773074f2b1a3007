// The bell: its link opens the latest notifications in a popover; without script it leads to their page.
// Following a line marks it as read on the way (data-reading).
const popover = document.getElementById("notices");
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const bell = () => document.getElementById("bell");

document.addEventListener("click", async (event) => {
  const link = event.target.closest("#bell");
  if (!link || !popover || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (popover.matches(":popover-open")) return popover.hidePopover();
  await load(link.href);
  if (popover.textContent.trim()) popover.showPopover();
});

function load(url) {
  return htmx.ajax("GET", url, { target: popover, swap: "innerHTML", source: popover });
}

popover?.addEventListener("toggle", (event) => {
  const open = event.newState === "open";
  bell()?.setAttribute("aria-expanded", String(open));
  if (open) popover.querySelector("h2")?.focus();
  else if (document.activeElement === document.body || popover.contains(document.activeElement)) bell()?.focus();
});

// All read: the open list shows it.
document.addEventListener("notifications", () => {
  if (popover?.matches(":popover-open")) load(bell().href);
});

document.addEventListener("click", (event) => {
  const line = event.target.closest("a[data-reading]");
  if (!line) return;
  fetch(line.dataset.reading, { method: "POST", headers: { "X-CSRFToken": token(), "HX-Request": "true" }, keepalive: true });
});
