// The light/dark button answers at once; the cookie lets the server draw the next page right from the start.
const A_YEAR = 365 * 24 * 3600;
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-toggle]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=${A_YEAR}; SameSite=Lax${secure}`;
}, true);
