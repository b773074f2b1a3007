// 取り消す in a toast takes the verb back where one is: the page stays and hears that the lead has changed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-undo]")) return;
  event.preventDefault();
  const values = Object.fromEntries(new FormData(form));
  htmx.ajax("POST", form.action, { source: document.body, swap: "none", values });
  form.closest("[data-toast]").remove();
});
