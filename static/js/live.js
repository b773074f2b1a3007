// Live updates. <div id="live-updates" data-stream data-since data-from> says where they come from.
// What others changed is announced as an event on the body: `lead-changed` {id, by_me} for a lead,
// `record-changed` {type, id, by_me} for anything, `much-changed` when it is too much to name, and `bell`
// when this person was told something. The page that listens asks for what it shows; nothing else travels.
const place = document.getElementById("live-updates");
const POLL = 5_000;
const KEPT = 1_000;
const seen = new Set();
let after = 0;
let stream = null;
let polling = null;
let unread = null;

function announce(name, detail = {}) {
  htmx.trigger(document.body, name, detail);
}

function hear(event) {
  if (event.entry) {
    if (seen.has(event.entry)) return;
    seen.add(event.entry);
    if (seen.size > KEPT) seen.delete(seen.values().next().value);
    after = Math.max(after, event.entry);
  }
  if (event.type === "bell") return announce("bell");
  if (event.type === "many") return announce("much-changed");
  const detail = { type: event.type, id: event.id, by_me: event.mine };
  announce("record-changed", detail);
  if (event.type === "lead") announce("lead-changed", { id: event.id, by_me: event.mine });
}

function address(url) {
  return `${url}?from=${place.dataset.from}${after ? `&after=${after}` : ""}`;
}

function open() {
  if (document.hidden || stream || polling) return;
  stream = new EventSource(address(place.dataset.stream));
  stream.onmessage = (message) => hear(JSON.parse(message.data));
  // A stream that was cut comes back by itself; one that was refused does not, and then we ask.
  stream.onerror = () => {
    if (stream?.readyState !== EventSource.CLOSED) return;
    close();
    poll();
  };
}

function close() {
  stream?.close();
  stream = null;
  clearTimeout(polling);
  polling = null;
}

async function poll() {
  polling = setTimeout(poll, POLL);
  let answer;
  try {
    answer = await fetch(address(place.dataset.since), { headers: { Accept: "application/json" }, redirect: "error" });
  } catch {
    return; // the connection is cut: the next round tries again
  }
  if (!answer.ok) return answer.status < 500 ? close() : undefined;
  const news = await answer.json();
  after = Math.max(after, news.after);
  news.events.forEach(hear);
  if (unread !== null && news.unread !== unread) announce("bell");
  unread = news.unread;
}

if (place) {
  // Browsers hold few connections to one host: a tab that nobody looks at gives its own back.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}
