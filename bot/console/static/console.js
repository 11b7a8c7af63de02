// The inbox with a keyboard and live. Everything here also works without it, by pressing buttons and reloading.
"use strict";

const typing = () => {
  const focused = document.activeElement;
  return focused !== null && (focused.matches("textarea, input, select") || focused.isContentEditable);
};
const visible = (element) => element.checkVisibility();
const after = (milliseconds, act) => window.setTimeout(act, milliseconds);
const announce = (words) => { document.getElementById("announce").textContent = words; };

// --- keys ---------------------------------------------------------------------------------------

function keyed(name) {
  return [...document.querySelectorAll("[data-key]")]
    .find((element) => element.dataset.key === name && visible(element) && !element.disabled);
}

function press(element) {
  if (element.matches("textarea")) {
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  } else if (element.matches("summary")) {
    const details = element.parentElement;
    details.open = true;
    details.querySelector(".sheet button, .sheet input:not([type=hidden])").focus();
  } else {
    element.click();
  }
}

function move(step) {
  const lines = [...document.querySelectorAll("[data-lines] a.open")];
  if (lines.length === 0) return false;
  const at = lines.findIndex((line) => line.closest("li").contains(document.activeElement));
  const next = lines[at < 0 ? (step > 0 ? 0 : lines.length - 1) : at + step];
  if (next) {
    next.focus();
    next.closest("li").scrollIntoView({ block: "nearest" });
  }
  return true;
}

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

function back() {
  const open = document.activeElement.closest("details[open]") ?? document.querySelector(".otherwise details[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  } else if (typing()) {
    document.activeElement.blur();
  } else {
    keyed("Escape")?.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey) {
    if (event.key === "Enter" && document.activeElement.id === "text") {
      event.preventDefault();
      document.getElementById("approve").click();
    }
    return;
  }
  if (event.key === "Escape") return back();
  if (typing() || event.repeat && !(event.key in STEPS)) return;
  if (event.key in STEPS && move(STEPS[event.key])) return event.preventDefault();
  if (event.key.length > 1) return;
  const element = keyed(event.key);
  if (element) {
    event.preventDefault();
    press(element);
  }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// One press is one decision, however often it is pressed.
document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

// --- what a person writes -----------------------------------------------------------------------

const reply = () => document.getElementById("text");
const edited = () => reply() !== null && reply().value.trim() !== reply().dataset.suggested.trim();

function writing() {
  const focused = document.activeElement;
  const inReply = focused !== null && focused.closest("#reply") !== null;
  const reasons = [...document.querySelectorAll("#reply input[name=own_reason]")];
  return edited() || (inReply && typing()) || reasons.some((reason) => reason.value !== "");
}

// Characters as the platforms count them: code points.
function measure() {
  const text = reply();
  if (text === null) return;
  const length = [...text.value].length;
  const limit = Number(text.dataset.limit);
  const shown = document.getElementById("length");
  const over = length > limit;
  shown.textContent = `${length} / ${limit}${over ? ` · ${shown.dataset.tooLong}` : ""}`;
  shown.classList.toggle("over", over);
  const button = document.getElementById("approve");
  const verb = button.querySelector("[data-verb]");
  verb.dataset.plain ??= verb.textContent;
  verb.textContent = edited() ? button.dataset.edited : verb.dataset.plain;
}

document.addEventListener("input", (event) => { if (event.target.id === "text") measure(); });

// --- countdowns ---------------------------------------------------------------------------------

function startCountdowns() {
  for (const shown of document.querySelectorAll("[data-left]:not([data-ends])")) {
    shown.dataset.ends = String(performance.now() + Number(shown.dataset.left) * 1000);
  }
}

window.setInterval(() => {
  for (const shown of document.querySelectorAll("[data-ends]")) {
    shown.textContent = String(Math.max(0, Math.ceil((Number(shown.dataset.ends) - performance.now()) / 1000)));
  }
}, 250);

// --- live ---------------------------------------------------------------------------------------

const stale = new Set();
let gathering = false;

function refresh(elements) {
  elements.forEach((element) => stale.add(element));
  if (gathering) return;
  gathering = true;
  after(200, () => {
    gathering = false;
    for (const element of stale) if (element.isConnected) htmx.trigger(element, "refresh");
    stale.clear();
  });
}

function concerned(ids) {
  const everything = ids.includes("*");
  return [...document.querySelectorAll("[data-live]")].filter((element) => {
    const watched = element.dataset.live.split(" ");
    return everything || watched.includes("*") || watched.some((id) => ids.includes(id));
  });
}

const standing = (element) => {
  const { version, draft, wanted, state, leaves } = element.dataset;
  return [version, draft, wanted, state, leaves].join();
};

// The reply is fetched again only when what it answers moved, and never under the hands of who writes.
function compareReply() {
  const now = document.getElementById("standing");
  const card = document.querySelector("#reply > .card");
  if (now === null || card === null || standing(now) === standing(card)) return;
  if (!writing()) return refresh([document.getElementById("reply")]);
  if (card.querySelector(".newer")) return;
  const notice = document.createElement("p");
  notice.className = "newer";
  notice.textContent = document.getElementById("reply").dataset.newer;
  card.prepend(notice);
  announce(notice.textContent);
}

let focusedLine = null;
const told = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (event.detail.xhr.status === 401) return window.location.reload();
  if (target.id === "reply" && writing()) event.detail.shouldSwap = false;
  const lines = [...target.querySelectorAll("[data-lines] > li")];
  focusedLine = lines.findIndex((line) => line.contains(document.activeElement));
  target.dataset.opened = [...target.querySelectorAll("details[open][id]")].map((one) => one.id).join(" ");
});

document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  for (const id of (target.dataset.opened ?? "").split(" ").filter(Boolean)) {
    const details = document.getElementById(id);
    if (details) details.open = true;
  }
  if (focusedLine >= 0 && document.activeElement === document.body) {
    const lines = document.querySelectorAll("[data-lines] a.open");
    lines[Math.min(focusedLine, lines.length - 1)]?.focus();
  }
  prepare();
  if (target.id === "said") compareReply();
});

function say() {
  for (const place of document.querySelectorAll("[data-announce] p")) {
    const words = [...place.querySelectorAll(".state, a")].map((one) => one.textContent.trim()).join(" ");
    if (told.get(place.closest("[id]")?.id) === words) continue;
    told.set(place.closest("[id]")?.id, words);
    after(100, () => announce(words));
  }
}

function prepare() {
  measure();
  startCountdowns();
  say();
}

let source = null;
let missed = false;

function listen() {
  const connection = document.querySelector("[data-connection]");
  source = new EventSource(document.body.dataset.liveSource);
  source.addEventListener("changed", (event) => refresh(concerned(JSON.parse(event.data))));
  source.addEventListener("open", () => {
    connection.textContent = "";
    if (missed) refresh(concerned(["*"]));
    missed = false;
    document.body.dataset.connected = "yes";
  });
  source.addEventListener("error", () => {
    missed = true;
    connection.textContent = connection.dataset.lost;
    if (source?.readyState === EventSource.CLOSED) after(5000, () => document.hidden || listen());
  });
}

// A browser opens six connections to one place at most: pages that nobody sees give theirs back.
function hushOrListen() {
  if (document.hidden) {
    source?.close();
    source = null;
    missed = true;
  } else if (source === null) {
    listen();
  }
}

// Waiting times grow while nothing else changes.
window.setInterval(() => refresh([...document.querySelectorAll("[data-live~='*']")]), 60000);

// --- start --------------------------------------------------------------------------------------

document.documentElement.classList.add("scripted");
document.cookie = `answerable_zone=${encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone)}; path=/; max-age=31536000; SameSite=Strict`;
document.querySelector("form[data-submit-at-once]")?.requestSubmit();
prepare();
if (document.body.dataset.liveSource) {
  hushOrListen();
  document.addEventListener("visibilitychange", hushOrListen);
  window.addEventListener("pagehide", () => source?.close());
}
window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
