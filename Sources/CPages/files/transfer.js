// One transfer: its timeline as a picture, what was known of the caller, what was said, and each step.
import { ask, causeInWords, clock, find, make, Refused, show, signOut, timeOfDay, withToken } from "/assets/page.js";
import { timeline } from "/assets/timeline.js";

const main = find("main");
const id = location.pathname.split("/").pop();

withToken("read", main, start).catch(() => {
  show(main, make("p", { class: "notice bad" }, "The service cannot be reached."));
});

async function start() {
  find("leave").hidden = false;
  try {
    draw(await ask("GET", `/v1/transfers/${encodeURIComponent(id)}/story`));
  } catch (error) {
    show(main, make("p", { class: "notice bad", role: "alert" }, error instanceof Refused ? error.message : "The service cannot be reached."));
  }
}

function draw(story) {
  const { transfer, steps } = story;
  const name = transfer.context?.caller_name || transfer.caller_number || "unknown caller";
  document.title = `${name}, transfer ${transfer.id}`;
  show(
    main,
    make(
      "section", { class: "card" },
      make("header", {}, make("h2", {}, name), make("span", { class: `chip ${chip(transfer)}` }, outcome(transfer))),
      make(
        "dl", { class: "meta" }, entry("Requested", timeOfDay(transfer.requested_at)), entry("Number", transfer.caller_number),
        entry("For", transfer.party), entry("Topic", transfer.context?.topic),
        entry("Waited", transfer.outcome && clock(transfer.outcome.wait * 1000)), entry("Last person", transfer.outcome?.target), entry("Transfer", transfer.id),
      ),
      make(
        "div", { class: "row" },
        make("a", { class: "button", href: `/v1/transfers/${transfer.id}/story`, download: `transfer-${transfer.id}.json` }, "Export as JSON"),
        transfer.ended_at ? null : make("button", { type: "button", onclick: start }, "Refresh"),
      ),
    ),
    steps.length ? picture(steps) : make("p", { class: "notice" }, "The steps of this transfer cannot be read."),
    make("div", { class: "columns" }, context(transfer.context), briefing(transfer, steps)),
    steps.length ? list(steps) : null,
  );
}

function entry(name, value) {
  return value ? make("div", {}, make("dt", {}, name), make("dd", {}, value)) : null;
}

function chip({ outcome, ended_at: end }) {
  if (!end) return "accent";
  return outcome?.result === "CONNECTED" ? "good" : "bad";
}

function outcome({ outcome, ended_at: end, phase }) {
  return outcome ? causeInWords(outcome) : end ? "Ended" : phase;
}

// MARK: The picture

/** In seconds from the beginning. */
function timesOf(steps) {
  const first = Date.parse(steps[0].at);
  return (time) => (Date.parse(time) - first) / 1000;
}

function phasesOf(steps) {
  const at = timesOf(steps);
  const phases = [];
  for (const step of steps) {
    const last = phases.at(-1);
    if (last) last.end = at(step.at);
    if (last?.name !== step.phase) phases.push({ name: step.phase, start: at(step.at), end: at(step.at) });
  }
  return phases.filter((phase) => phase.name !== "ended");
}

const marks = [
  "leg.answered", "leg.pressed", "caller.pressed", "leg.detected", "commandFailed", "speechFailed", "leg.accepted", "leg.declined",
  "caller.hungUp", "leg.ended",
];
const failures = ["commandFailed", "speechFailed", "leg.declined"];

function picture(steps) {
  const at = timesOf(steps);
  const length = at(steps.at(-1).at);
  return timeline({
    length, phases: phasesOf(steps),
    heard: steps.flatMap((step) => step.heard.map((one) => ({ by: one.by, text: one.text, start: at(step.at), end: at(one.until) }))),
    events: steps.filter((step) => marks.includes(step.kind))
      .map((step) => ({ start: at(step.at), text: step.event, isBad: failures.includes(step.kind) })),
  });
}

// MARK: The words

function context(known) {
  if (!known) return null;
  const lines = [["Reason", known.reason], ["Summary", known.summary], ["Next action", known.next_action], ["Language", known.language]].filter(([, text]) => text);
  const facts = known.facts ?? [];
  const isEmpty = !lines.length && !facts.length && !known.transcript;
  return make(
    "section", { class: "card", "aria-labelledby": "known" }, make("h2", { id: "known" }, "What was known"),
    isEmpty ? make("p", { class: "empty" }, "Nothing, or it has been deleted.") : null,
    lines.map(([name, text]) => make("div", {}, make("h3", {}, name), make("p", { class: "prose" }, text))),
    facts.length ? make("table", { class: "facts" }, make("tbody", {}, facts.map((fact) => make("tr", {}, make("th", { scope: "row" }, fact.label), make("td", {}, fact.value))))) : null,
    known.transcript ? make("details", {}, make("summary", {}, "Transcript"), make("p", { class: "prose" }, known.transcript)) : null,
  );
}

function briefing(transfer, steps) {
  const heard = steps.flatMap((step) => step.heard.map((one) => ({ ...one, at: step.at })));
  if (!heard.length) return null;
  return make(
    "section", { class: "card", "aria-labelledby": "said" }, make("h2", { id: "said" }, "What was said"),
    heard.some((one) => one.by.startsWith("person"))
      ? make("figure", { class: "stack" }, make("figcaption", { class: "soft small" }, "The briefing, spoken again from its words"), make("audio", { controls: true, preload: "none", src: `/v1/transfers/${transfer.id}/briefing.wav` }))
      : null,
    make("ul", { class: "list" }, heard.map((one) => make("li", {}, make("div", { class: "split soft small" }, make("span", {}, `${one.by}, ${one.seconds.toFixed(1)} s`), make("time", { datetime: one.at }, new Date(one.at).toLocaleTimeString())), make("p", {}, one.text)))),
  );
}

function list(steps) {
  const at = timesOf(steps);
  return make("section", { class: "card" }, make("details", {}, make("summary", {}, `All ${steps.length} steps`), make(
    "div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "Table of the steps" },
    make("table", {}, make("thead", {}, make("tr", {}, ["Seconds", "Phase", "What happened", "What was done"].map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, steps.map((step) => make("tr", {}, make("td", { class: "figures" }, at(step.at).toFixed(3)), make("td", {}, step.phase), make("td", {}, step.event), make("td", {}, step.actions.map((action) => make("div", {}, action))))))),
  )));
}

find("leave").addEventListener("click", () => signOut("board"));
