// @ in a note offers colleagues: the options of the form's own list, so that it works the same without script.
// Never in the middle of a conversion.
const composing = (event) => event.isComposing || event.keyCode === 229;
let list = null;
let area = null;
let at = -1;

function words() {
  const before = area.value.slice(0, area.selectionStart);
  const found = /[@＠]([^\s@＠]*)$/.exec(before);
  at = found ? found.index : -1;
  return found ? found[1] : null;
}

function offer() {
  const typed = words();
  if (typed === null) return close();
  const people = [...area.form.elements[area.dataset.mentions].options];
  const found = people.filter((one) => one.text.replaceAll(" ", "").includes(typed) || one.text.includes(typed)).slice(0, 6);
  list.replaceChildren(...found.map((one, nth) => line(one, nth)));
  list.hidden = found.length === 0;
  mark(0);
}

function line(option, nth) {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  item.id = `mention-${nth}`;
  item.dataset.value = option.value;
  item.textContent = option.text;
  return item;
}

function mark(nth) {
  const items = [...list.children];
  items.forEach((item, place) => item.setAttribute("aria-selected", String(place === nth)));
  if (items[nth]) area.setAttribute("aria-activedescendant", items[nth].id);
}

const marked = () => [...list.children].findIndex((item) => item.getAttribute("aria-selected") === "true");

function take(item) {
  const after = area.value.slice(area.selectionStart);
  const name = `@${item.textContent.replaceAll(" ", "")} `;
  area.value = area.value.slice(0, at) + name + after;
  area.selectionStart = area.selectionEnd = at + name.length;
  const option = [...area.form.elements[area.dataset.mentions].options].find((one) => one.value === item.dataset.value);
  option.selected = true;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  close();
  area.focus();
}

function close() {
  if (list) list.hidden = true;
  area?.removeAttribute("aria-activedescendant");
}

function begin(event) {
  if (!event.target.matches?.("textarea[data-mentions]")) return false;
  area = event.target;
  list = area.closest(".mention")?.querySelector(".mention__l") ?? null;
  return list !== null;
}

document.addEventListener("input", (event) => { if (begin(event) && !event.isComposing) offer(); });
document.addEventListener("compositionend", (event) => { if (begin(event)) offer(); });
document.addEventListener("keydown", (event) => {
  if (composing(event) || !list || list.hidden || event.target !== area) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    return mark((marked() + step + list.children.length) % list.children.length);
  }
  if (event.key === "Enter" || event.key === "Tab") {
    event.preventDefault();
    return take(list.children[Math.max(0, marked())]);
  }
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close();
  }
}, true);
document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest?.(".mention__l > li");
  if (item) { event.preventDefault(); take(item); }
});
document.addEventListener("focusout", (event) => { if (event.target === area) close(); });
