// The agent's desk: who calls, before the phone rings; answering; and what there is to say of the call afterwards.
import { ask, clock, find, make, Refused, session, show, signOut } from "/assets/page.js";
import { follow } from "/assets/live.js";
import { words } from "/assets/desk-words.js";

let language = chosenLanguage(navigator.language);
const say = (key, values = {}) =>
  words[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

const content = find("content");
/** What is open on the page, over the changes that come in. */
const opened = { declining: "", transcript: false, spoken: false, search: "", problem: "" };
let view = null;
let shownBefore = "";
let rang = new Set();
let latest = null;

function chosenLanguage(tag) {
  const short = (tag ?? "en").slice(0, 2).toLowerCase();
  return short in words ? short : "en";
}

// MARK: Signing in

async function begin() {
  showFrame();
  const secret = location.hash.slice(1);
  // It is used up, or about to be: neither in the history nor on a screenshot.
  if (secret) history.replaceState(null, "", "/desk");
  try {
    const { desk } = await session();
    if (secret) return showSignIn(secret);
    if (!desk) return showNote(say("needLink"));
  } catch {
    return showNote(say("unreachable"));
  }
  start();
}

/** A person presses the button: programs that open every link in a message do not use it up. */
function showSignIn(secret) {
  const message = make("p", { class: "notice bad", role: "alert", hidden: true });
  const button = make("button", { class: "main", type: "submit" }, say("signIn"));
  const form = make(
    "form", { class: "card signin" }, make("h2", {}, say("signInTitle")), make("p", { class: "soft" }, say("signInAs")), message, button,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await ask("POST", "/session", { link: secret });
      // Permission can be asked for now, since something was pressed.
      askForAlerts();
      start();
    } catch (error) {
      message.textContent = error instanceof Refused ? say("badLink") : say("unreachable");
      message.hidden = false;
      button.disabled = false;
    }
  });
  show(content, form);
  button.focus();
}

function showNote(text) {
  show(content, make("section", { class: "card signin" }, make("h2", {}, say("signInTitle")), make("p", {}, text)));
}

function start() {
  show(content);
  view = follow(update, (viewer) => viewer.desk);
  setInterval(tick, 250);
}

// MARK: What is shown

function showFrame() {
  document.documentElement.lang = language;
  find("title").textContent = latest ? `${say("desk")}: ${latest.spoken_name}` : say("desk");
  document.title = find("title").textContent;
  find("skip").textContent = say("skip");
  find("leave").textContent = say("signOut");
  find("alerts").textContent = say("alerts");
}

function update() {
  showConnection();
  if (view.state === "signed-out") {
    latest = null;
    shownBefore = "";
    find("leave").hidden = true;
    return showNote(say("needLink"));
  }
  const name = view.items.get("viewer")?.desk;
  const desk = name && view.items.get(`desk/${name}`);
  if (!desk) return;
  latest = desk;
  if (desk.language) language = chosenLanguage(desk.language);
  showFrame();
  find("leave").hidden = false;
  find("alerts").hidden = !("Notification" in window) || Notification.permission !== "default";
  announce(desk);
  draw();
}

/** Draws what is other than before, so that nobody loses what they are just pressing or writing. */
function draw() {
  const call = latest.calls[0];
  if (!latest.calls.some((one) => one.transfer === opened.declining && ["ringing", "briefing"].includes(one.phase))) opened.declining = "";
  const shape = JSON.stringify([latest, opened, language]);
  if (shape === shownBefore) return tick();
  shownBefore = shape;
  const focused = document.activeElement?.id;
  const selection = document.activeElement?.selectionStart;
  const problem = find("problem");
  problem.textContent = opened.problem;
  problem.hidden = !opened.problem;
  show(content, call ? latest.calls.map(callCard) : stateCard(), latest.last_call && !call ? wrapUpCard(latest.last_call) : null);
  if (focused && document.activeElement?.id !== focused) {
    const again = find(focused);
    again?.focus({ preventScroll: true });
    if (selection !== undefined && again?.setSelectionRange) again.setSelectionRange(selection, selection);
  }
  tick();
}

function stateCard() {
  const isWrapping = latest.is_wrapping_up && latest.available;
  const state = !latest.available ? ["signedOff", "wait"] : isWrapping ? ["wrapUp", "accent"] : ["free", "good"];
  const hints = [];
  if (latest.missed_calls) hints.push(say("signedOffForMisses", { count: latest.missed_calls }));
  if (!latest.available) hints.push(say("signedOffHint"));
  else if (!isWrapping) hints.push(say("freeHint"));
  if (latest.device === "unreachable") hints.push(say("phoneUnreachable"));
  if (latest.device === "busy") hints.push(say("phoneBusy"));
  return make(
    "section", { class: "card", "data-state": state[0] },
    make(
      "div", { class: "state" },
      make("div", { class: "row" }, make("span", { class: `chip ${state[1]} big` }, say(state[0]))),
      make(
        "button", { type: "button", id: "availability", onclick: () => order("availability", { available: !latest.available }) },
        say(latest.available ? "goOff" : "goOn"),
      ),
    ),
    hints.map((hint) => make("p", { class: "soft" }, hint)),
  );
}

/** Somebody who takes several calls at once has a card for each. */
function callCard(call, index) {
  const place = index ? `-${index}` : "";
  const isRinging = call.phase === "ringing";
  const chips = { ringing: "accent", briefing: "accent", joining: "accent", connected: "good", machine: "wait" };
  const name = call.caller_name || call.caller_number || say("unknownCaller");
  return make(
    "article", { class: `card${isRinging ? " ringing" : ""}`, "data-state": call.phase, "aria-labelledby": `caller${place}` },
    make(
      "div", { class: "state" }, make("span", { class: `chip ${chips[call.phase]}` }, say(call.phase)),
      call.is_callback ? make("span", { class: "chip wait" }, say("callBack")) : null,
      call.connected_at
        ? make("span", { class: "clock", "data-since": call.connected_at, title: say("talking") })
        : call.deadline ? make("span", { class: "clock", "data-until": call.deadline, "data-words": isRinging ? "answerIn" : "decideIn" }) : null,
    ),
    call.deadline ? make("progress", { max: call.patience, "data-until": call.deadline, "aria-hidden": "true" }) : null,
    make(
      "div", { class: "who" }, make("h2", { class: "name", id: `caller${place}` }, name),
      call.summary ? null : call.reason ? make("p", { class: "why" }, call.reason) : null,
    ),
    call.summary ? make("p", { class: "why prose" }, call.summary) : null,
    call.next_action ? make("p", { class: "next" }, make("span", { class: "soft small" }, say("next")), make("br"), call.next_action) : null,
    answers(call, place),
    make(
      "dl", { class: "meta" },
      entry("waitedFor", make("span", { class: "figures", "data-waited": call.requested_at, "data-end": call.connected_at })),
      entry("department", call.party), entry("topic", call.topic), entry("number", call.caller_number),
      entry("callerLanguage", call.language && languageName(call.language)), call.summary ? entry("reason", call.reason) : null,
    ),
    factsTable(call, place), transcript(call, place), spoken(call, place),
  );
}

function entry(key, value) {
  return value ? make("div", {}, make("dt", {}, say(key)), make("dd", {}, value)) : null;
}

function languageName(tag) {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(tag);
  } catch {
    return tag;
  }
}

function answers(call, place) {
  if (call.phase !== "ringing" && call.phase !== "briefing") return null;
  const isBriefing = call.phase === "briefing";
  const decide = (decision, reason) => order("decision", { transfer: call.transfer, decision, reason });
  const press = (id, kind, key, digit, action, isOff) => make(
    "button", { type: "button", id: id + place, class: kind, disabled: Boolean(isOff), onclick: action },
    make("span", {}, say(key)), digit && isBriefing ? make("kbd", {}, say("key", { key: digit })) : null,
  );
  if (opened.declining === call.transfer) return declining(decide, place);
  return make(
    "div", { class: "stack" },
    make("p", { class: "soft" }, say(isBriefing ? "listen" : "pickUp")),
    make(
      "div", { class: "answers" },
      isBriefing ? press("accept", "good", "accept", call.keys.accept, () => decide("accept")) : null,
      isBriefing ? press("repeat", "", "repeat", call.keys.repeat, () => decide("repeat"), !call.can_repeat) : null,
      press("not-now", "", "notNow", "", () => decide("decline", "not now")),
      press("decline", "bad", "decline", call.keys.decline, () => { opened.declining = call.transfer; draw(); find(`reason-0${place}`)?.focus(); }),
    ),
  );
}

function declining(decide, place) {
  // In English in the record, whoever reads it; what is written by hand stands as it is.
  const reasons = { reasonBusy: "busy with something else", reasonTeam: "wrong team", reasonInfo: "not enough information", reasonBreak: "on a break" };
  const close = () => { opened.declining = ""; draw(); find(`decline${place}`)?.focus(); };
  const other = make("input", { id: `other-reason${place}`, maxlength: 200, "aria-label": say("other"), placeholder: say("other") });
  return make(
    "form", {
      class: "stack declining",
      onsubmit: (event) => { event.preventDefault(); decide("decline", other.value.trim()); },
      onkeydown: (event) => { if (event.key === "Escape") close(); },
    },
    make("fieldset", {}, make("legend", {}, say("why")), make(
      "div", { class: "answers" },
      Object.entries(reasons).map(([key, reason], index) =>
        make("button", { type: "button", id: `reason-${index}${place}`, onclick: () => decide("decline", reason) }, say(key))),
    ), other),
    make("div", { class: "row" }, make("button", { type: "submit", class: "bad", id: `decline-now${place}` }, say("decline")),
      make("button", { type: "button", class: "quiet", id: `keep${place}`, onclick: close }, say("cancel"))),
  );
}

function factsTable(call, place) {
  if (!call.facts.length) return null;
  return make(
    "section", { class: "stack" }, make("h3", {}, say("facts")),
    make("table", { class: "facts" }, make("tbody", {}, call.facts.map((fact, index) => make(
      "tr", {}, make("th", { scope: "row" }, fact.label), make("td", {}, fact.value),
      make(
        "td", {},
        fact.link ? make("a", { class: "button quiet", href: fact.link, target: "_blank", rel: "noopener noreferrer", "aria-label": say("openOf", { name: fact.label }) }, say("open")) : null,
        make("button", { type: "button", class: "quiet", id: `copy-${index}${place}`, "aria-label": say("copyOf", { name: fact.label }), onclick: (event) => copy(event.currentTarget, fact.value) }, say("copy")),
      ),
    )))),
  );
}

async function copy(button, value) {
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    // Without TLS a browser has no clipboard for us: then the old way.
    const text = make("textarea", { class: "unseen" });
    text.value = value;
    document.body.append(text);
    text.select();
    document.execCommand("copy");
    text.remove();
    button.focus();
  }
  button.textContent = say("copied");
  tell(say("copied"));
  setTimeout(() => { button.textContent = say("copy"); }, 1500);
}

function transcript(call, place) {
  if (!call.transcript) return null;
  const lines = call.transcript.split("\n");
  const wanted = opened.search.trim().toLowerCase();
  const found = wanted ? lines.filter((line) => line.toLowerCase().includes(wanted)) : lines;
  const details = make(
    "details", { open: opened.transcript }, make("summary", { id: `transcript${place}` }, `${say("transcript")} (${say("lines", { count: lines.length })})`),
    make("div", { class: "stack" },
      make("input", {
        id: `search${place}`, type: "search", "aria-label": say("search"), placeholder: say("search"), value: opened.search,
        oninput: (event) => { opened.search = event.target.value; draw(); },
      }),
      wanted ? make("p", { class: "soft small", role: "status" }, say("matches", { count: found.length })) : null,
      make("div", { class: "transcript", tabindex: "0", role: "region", "aria-label": say("transcript") }, found.map((line) => make("p", {}, marked(line, wanted)))),
    ),
  );
  details.addEventListener("toggle", () => { opened.transcript = details.open; });
  return details;
}

function marked(line, wanted) {
  if (!wanted) return [line];
  const parts = [];
  let place = 0;
  for (let next; (next = line.toLowerCase().indexOf(wanted, place)) >= 0; place = next + wanted.length) {
    parts.push(line.slice(place, next), make("mark", {}, line.slice(next, next + wanted.length)));
  }
  return [...parts, line.slice(place)];
}

function spoken(call, place) {
  if (!call.briefing || call.phase === "ringing") return null;
  const details = make("details", { open: opened.spoken }, make("summary", { id: `spoken${place}` }, say("spoken")), make("p", { class: "prose" }, call.briefing));
  details.addEventListener("toggle", () => { opened.spoken = details.open; });
  return details;
}

// MARK: After the call

const draft = {
  key: (last) => `wrap-up/${last.transfer}`,
  read(last) {
    try {
      return JSON.parse(sessionStorage.getItem(this.key(last))) ?? {};
    } catch {
      return {};
    }
  },
  write(last, said) { sessionStorage.setItem(this.key(last), JSON.stringify(said)); },
  forget(last) { sessionStorage.removeItem(this.key(last)); },
};

function wrapUpCard(last) {
  const said = draft.read(last);
  const change = (part) => {
    draft.write(last, { ...said, ...part });
    shownBefore = "";
    draw();
  };
  const name = last.caller_name || last.caller_number || say("unknownCaller");
  const choice = (value, key) => make(
    "button", { type: "button", id: `result-${value}`, "aria-pressed": String(said.result === value), onclick: () => change({ result: value }) }, say(key),
  );
  const isHeldBack = latest.is_wrapping_up;
  const finish = async (result) => {
    if (await order("wrap-up", { transfer: last.transfer, result: result ?? null, note: said.note ?? "" })) {
      draft.forget(last);
      tell(say("saved"));
    }
  };
  return make(
    "section", { class: "card", id: "wrap-up", "aria-labelledby": "how" },
    make("header", {}, make("h2", { id: "how" }, say("howDidItGo", { name })),
      isHeldBack ? make("span", { class: "soft figures", "data-until": last.until, "data-words": "notRungFor" }) : null),
    make("div", { class: "answers", role: "group", "aria-labelledby": "how" }, choice("resolved", "resolved"), choice("not_resolved", "notResolved"), choice("wrong_team", "wrongTeam")),
    make("label", { for: "note" }, say("note"), noteField(last, said)),
    make(
      "div", { class: "row" },
      make("button", { type: "button", class: "main", id: "save", disabled: !said.result, onclick: () => finish(said.result) }, say(isHeldBack ? "saveReady" : "save")),
      make("button", { type: "button", class: "quiet", id: "dismiss", onclick: () => finish(null) }, say(isHeldBack ? "ready" : "dismiss")),
    ),
  );
}

function noteField(last, said) {
  const field = make("textarea", { id: "note", maxlength: 2000 });
  field.value = said.note ?? "";
  field.addEventListener("input", () => {
    said.note = field.value;
    draft.write(last, said);
  });
  return field;
}

// MARK: What is done

async function order(what, body) {
  opened.problem = "";
  for (const button of content.querySelectorAll("button")) button.disabled = true;
  try {
    await ask("POST", `/desk/${what}`, body);
    return true;
  } catch (error) {
    const late = ["already_decided", "already_ended", "not_ringing"].includes(error.code);
    opened.problem = late ? say("tooLate") : say("refused", { why: error instanceof Refused ? error.message : say("unreachable") });
    if (error.status === 401) view.again();
    return false;
  } finally {
    opened.declining = "";
    shownBefore = "";
    draw();
  }
}

function tell(text) { find("said").textContent = text; }

/** Aloud and on the desktop, once for each call. */
function announce(desk) {
  const ringing = desk.calls.filter((call) => call.phase === "ringing" || call.phase === "briefing");
  for (const call of ringing) {
    if (rang.has(call.transfer)) continue;
    opened.problem = "";
    opened.search = "";
    opened.transcript = false;
    const name = call.caller_name || call.caller_number || say("unknownCaller");
    const text = say("incoming", { name, why: call.reason || call.summary || call.topic });
    find("incoming").textContent = text;
    if (call.phase === "ringing") alertFor(call, text);
  }
  if (rang.size && !ringing.length) {
    find("incoming").textContent = "";
    tell(desk.calls.length ? say("connected") : desk.last_call ? say("callOver") : say("takenAway"));
    notice?.close();
    notice = null;
  }
  rang = new Set(ringing.map((call) => call.transfer));
  document.title = (ringing.length ? "● " : "") + find("title").textContent;
}

let audio = null;
let notice = null;

function askForAlerts() {
  if ("Notification" in window && Notification.permission === "default") Notification.requestPermission().then(() => update());
  audio ??= typeof AudioContext === "function" ? new AudioContext() : null;
  audio?.resume();
}

function alertFor(call, text) {
  if ("Notification" in window && Notification.permission === "granted" && document.hidden) {
    notice = new Notification(say("ringing"), { body: text, tag: call.transfer, requireInteraction: true });
    notice.onclick = () => { window.focus(); notice?.close(); };
  }
  if (audio?.state !== "running") return;
  for (const [start, pitch] of [[0, 660], [0.22, 880]]) {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, audio.currentTime + start);
    volume.gain.exponentialRampToValueAtTime(0.2, audio.currentTime + start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + start + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + 0.22);
  }
}

// MARK: Time

function showConnection() {
  const chip = find("connection");
  const kinds = { live: "good", reconnecting: "bad", connecting: "wait", "signed-out": "wait" };
  const texts = { live: say("live"), connecting: say("connecting"), "signed-out": say("signedOutHere") };
  const text = texts[view.state] ?? say("reconnecting", { age: view.heard ? clock(Date.now() - view.heard) : "–" });
  chip.className = `chip ${kinds[view.state]}`;
  // A number that grows is not read out each time.
  chip.setAttribute("aria-live", view.state === "reconnecting" && chip.textContent ? "off" : "polite");
  if (chip.textContent !== text) chip.textContent = text;
}

function tick() {
  showConnection();
  const now = view.now();
  for (const element of content.querySelectorAll("[data-since]")) element.textContent = clock(now - element.dataset.since);
  for (const element of content.querySelectorAll("[data-waited]")) element.textContent = clock((element.dataset.end || now) - element.dataset.waited);
  for (const element of content.querySelectorAll("[data-until]")) {
    const left = Math.max(0, element.dataset.until - now);
    if (element.localName === "progress") {
      element.value = Math.min(element.max, left);
      element.className = left < element.max / 4 ? "late" : left < element.max / 2 ? "soon" : "";
    } else {
      element.textContent = say(element.dataset.words, { time: clock(left + 999) });
    }
  }
}

// A link that is opened where the page is open already loads nothing anew.
addEventListener("hashchange", () => { if (location.hash.length > 1) location.reload(); });
find("leave").addEventListener("click", () => signOut("desk"));
find("alerts").addEventListener("click", askForAlerts);
addEventListener("pointerdown", () => { audio ??= typeof AudioContext === "function" ? new AudioContext() : null; audio?.resume(); }, { once: true });
begin();
