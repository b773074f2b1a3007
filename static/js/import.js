// Imports: an answer checks the file again at once, and a file may be dropped where it is asked for.
// Only by pointer: on the keyboard every arrow is an answer, so there the button says when it is given.
let byPointer = false;
addEventListener("pointerdown", () => { byPointer = true; }, true);
addEventListener("keydown", () => { byPointer = false; }, true);

const buttons = document.querySelectorAll("[data-auto-button]");
for (const button of buttons) button.hidden = true;
for (const form of document.querySelectorAll("form[data-auto]")) {
  const fields = [...form.elements].filter((field) => field.matches("select, input[type=radio]"));
  for (const field of fields) {
    field.addEventListener("change", () => {
      if (byPointer) form.requestSubmit();
      else for (const button of buttons) if ((button.form ?? button.querySelector("button").form) === form) button.hidden = false;
    });
  }
}

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
