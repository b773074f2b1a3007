// Imports: an answer checks the file again at once, and a file may be dropped where it is asked for.
for (const form of document.querySelectorAll("form[data-auto]")) {
  const fields = [...form.elements].filter((field) => field.matches("select, input[type=radio]"));
  for (const field of fields) field.addEventListener("change", () => form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-auto-button]")) button.hidden = true;

for (const place of document.querySelectorAll("[data-drop]")) {
  const input = place.querySelector("input[type=file]");
  const over = (on) => place.classList.toggle("is-over", on);
  place.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
  place.addEventListener("dragleave", () => over(false));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}
