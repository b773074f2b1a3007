// Choosing several leads: the bar with what can be done with them appears while any is chosen.
const bar = document.querySelector("[data-bulk]");
const boxes = () => [...document.querySelectorAll("input[name=lead][form=bulk]")];
const chosen = () => boxes().filter((box) => box.checked);

function show() {
  const number = chosen().length;
  bar.hidden = !number;
  bar.querySelector("[data-bulk-count]").textContent = number ? bar.dataset.words.replace("#", number) : "";
  document.body.toggleAttribute("data-choosing", number > 0);
  for (const box of boxes()) box.closest("[data-card]").classList.toggle("is-on", box.checked);
  const all = document.querySelector("[data-choose-all]");
  if (all) { all.checked = number > 0 && number === boxes().length; all.indeterminate = number > 0 && !all.checked; }
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-choose-all]")) boxes().forEach((box) => { box.checked = event.target.checked; });
  if (event.target.matches("[data-choose-all], input[name=lead][form=bulk]")) show();
});
bar.addEventListener("reset", () => setTimeout(() => { boxes().forEach((box) => { box.checked = false; }); show(); }));

// With script the form of the verb comes as a dialog.
bar.addEventListener("submit", (event) => {
  event.preventDefault();
  const query = new URLSearchParams(chosen().map((box) => ["lead", box.value]));
  bar.querySelector("a[data-dialog]")?.remove();
  const link = Object.assign(document.createElement("a"), { href: `${event.submitter.formAction}?${query}`, className: "vh", tabIndex: -1 });
  link.dataset.dialog = "";
  bar.append(link);
  link.click();
});
document.addEventListener("leads-changed", () => { boxes().forEach((box) => { box.checked = false; }); show(); });
show();
