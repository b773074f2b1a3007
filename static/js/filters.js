// Conditions send themselves; what is not set is left out of the address.
for (const form of document.querySelectorAll("[data-filters]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select") && !event.target.closest(".colpick")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    for (const field of form.elements) field.disabled ||= !field.value || (field.name === "sort" && field.value === "due");
  });
  addEventListener("pageshow", () => [...form.elements].forEach((field) => { field.disabled = false; }));
}

// One open list of conditions at a time; a click elsewhere or Esc closes it.
const picks = [...document.querySelectorAll("details.colpick")];
document.addEventListener("click", (event) => {
  picks.filter((pick) => !pick.contains(event.target)).forEach((pick) => { pick.open = false; });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
  const open = picks.find((pick) => pick.open);
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
