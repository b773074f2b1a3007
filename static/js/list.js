// The list that is open: one's own change is shown as soon as the dialog is closed, others' are announced.
const news = document.getElementById("board-news");
const reload = () => {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) dialog.addEventListener("close", () => location.reload(), { once: true });
  else location.reload();
};
document.addEventListener("leads-changed", reload);
document.addEventListener("lead-changed", (event) => {
  if (!document.getElementById(`lead-${event.detail.id}`)) return;
  if (event.detail.own) reload();
  else news.hidden = false;
});
document.addEventListener("much-changed", () => { news.hidden = false; });
