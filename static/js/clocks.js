// Clocks: <time data-clock datetime="due"> as written by {% sla %}. Once a minute its words are
// written anew; the patterns come from the server, so both say the same. Only a change of state is announced.
const MINUTE = 60_000;
const LONGEST = 3 * 24 * 60;
const words = Object.fromEntries(
  Object.entries(document.body.dataset).filter(([key]) => key.startsWith("word")).map(([key, word]) => [key.slice(4).toLowerCase(), word]),
);
const number = (pattern, n) => pattern.replace("#", n);

function span(minutes) {
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const said = days ? [[days, words.day], [hours, words.hour]]
    : hours ? [[hours, words.hour], [minutes % 60, words.minute]] : [[minutes, words.minute]];
  const kept = said.filter(([n]) => n).map(([n, pattern]) => number(pattern, n));
  return kept.length ? kept.join(words.between) : number(words.minute, 0);
}

function refresh(clock, now) {
  const due = Date.parse(clock.dateTime);
  const late = now > due;
  if (late) {
    const over = clock.dataset.over === undefined
      ? Math.floor((now - due) / MINUTE)
      : Number(clock.dataset.over) + Math.floor((now - Date.parse(clock.dataset.asOf)) / MINUTE);
    write(clock, over >= LONGEST ? words.longest : span(over));
    turn(clock, "over");
    return;
  }
  // A clock that is due on another day names that day; its words do not age.
  if (!("far" in clock.dataset)) write(clock, number(words.left, span(Math.floor((due - now) / MINUTE))));
  if (clock.dataset.warn && now >= Date.parse(clock.dataset.warn)) turn(clock, "warn");
}

function write(clock, text) {
  if (clock.textContent !== text) clock.textContent = text;
}

const ICONS = { warn: "tri", over: "dia" };

function turn(clock, state) {
  const chip = clock.closest(".sla");
  if (!chip || chip.classList.contains(`sla--${state}`) || chip.classList.contains("sla--over")) return;
  chip.classList.remove("sla--ok", "sla--warn");
  chip.classList.add(`sla--${state}`);
  chip.querySelector(".sla__w").textContent = words[state];
  const icon = chip.querySelector("use");
  icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, `#i-${ICONS[state]}`));
  icon.parentNode.classList.toggle("ic--fill", state === "over");
  if (clock.dataset.name) document.getElementById("live").textContent = `${clock.dataset.name} ${words[state]}`;
}

function all() {
  const now = Date.now();
  document.querySelectorAll("time[data-clock]").forEach((clock) => refresh(clock, now));
}
setInterval(all, MINUTE);
document.addEventListener("visibilitychange", () => { if (!document.hidden) all(); });
