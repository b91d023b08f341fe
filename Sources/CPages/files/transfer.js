// One transfer: its timeline as a picture, what was known of the caller, what was said, and each step.
import { ask, causeInWords, clock, find, make, Refused, show, signOut, timeOfDay, withToken } from "/assets/page.js";

const main = find("main");
const id = location.pathname.split("/").pop();
const NAMESPACE = "http://www.w3.org/2000/svg";

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
    steps.length ? timeline(steps) : make("p", { class: "notice" }, "The steps of this transfer cannot be read."),
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

const LOOKS = {
  requested: "quiet-phase", held: "held", ringing: "ringing-phase", briefing: "briefing-phase", merging: "briefing-phase",
  connected: "talk-phase", returning: "back-phase", ended: "quiet-phase",
};

function svg(name, attributes = {}, ...content) {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...content);
  return element;
}

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

const marks = {
  "leg.answered": "answered", "leg.pressed": "key", "caller.pressed": "caller's key", "leg.detected": "verdict", commandFailed: "failed",
  speechFailed: "failed", "leg.accepted": "accepted", "leg.declined": "declined", "caller.hungUp": "hung up", "leg.ended": "gone",
};

function timeline(steps) {
  const at = timesOf(steps);
  const phases = phasesOf(steps);
  const [width, left, right, top] = [900, 130, 16, 28];
  const length = Math.max(1, at(steps.at(-1).at));
  const x = (seconds) => left + (width - left - right) * Math.min(1, seconds / length);
  const heard = steps.flatMap((step) => step.heard.map((one) => ({ ...one, start: at(step.at), end: Math.min(length, at(one.until)) })));
  const listeners = [...new Set(heard.map((one) => one.by))];
  const events = steps.filter((step) => step.kind in marks).map((step) => ({ start: at(step.at), kind: step.kind, text: step.event }));
  const lanes = ["phases", ...listeners, ...(events.length ? ["events"] : [])];
  const laneTop = (name) => top + lanes.indexOf(name) * 40;
  const height = top + lanes.length * 40 + 26;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "picture", role: "img", "aria-labelledby": "picture-title" });
  picture.append(svg("title", { id: "picture-title" }, phases.map((phase) => `${phase.name} ${(phase.end - phase.start).toFixed(1)} s`).join(", ")));
  for (const second of ticks(length)) {
    picture.append(
      svg("line", { x1: x(second), x2: x(second), y1: top - 6, y2: height - 22, class: "rule" }),
      svg("text", { x: x(second), y: height - 6, "text-anchor": "middle" }, `${second} s`),
    );
  }
  for (const lane of lanes) {
    picture.append(svg("text", { x: 0, y: laneTop(lane) + 20, class: "strong" }, lane.length > 18 ? `${lane.slice(0, 17)}…` : lane));
  }
  for (const phase of phases) {
    const box = Math.max(2, x(phase.end) - x(phase.start));
    picture.append(svg("rect", { x: x(phase.start), y: laneTop("phases"), width: box, height: 28, rx: 4, class: LOOKS[phase.name] }, svg("title", {}, `${phase.name}, ${(phase.end - phase.start).toFixed(2)} s`)));
    if (box > phase.name.length * 7.5) picture.append(svg("text", { x: x(phase.start) + 6, y: laneTop("phases") - 6, class: "strong" }, phase.name));
  }
  for (const one of heard) {
    picture.append(svg("rect", { x: x(one.start), y: laneTop(one.by), width: Math.max(3, x(one.end) - x(one.start)), height: 28, rx: 4, class: "speech" }, svg("title", {}, one.text)));
  }
  for (const event of events) {
    const isBad = ["commandFailed", "speechFailed", "leg.declined"].includes(event.kind);
    const [middle, y] = [x(event.start), laneTop("events") + 14];
    const shape = isBad ? svg("rect", { x: middle - 5, y: y - 5, width: 10, height: 10, class: "mark bad" }) : svg("circle", { cx: middle, cy: y, r: 5, class: "mark" });
    shape.append(svg("title", {}, event.text));
    picture.append(shape);
  }
  return make(
    "section", { class: "card", "aria-labelledby": "timeline" }, make("header", {}, make("h2", { id: "timeline" }, "Timeline"), make("span", { class: "soft small" }, `${length.toFixed(1)} s in all`)),
    make("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "Picture of the timeline" }, picture),
    events.length ? make("ol", { class: "list events" }, events.map((event) => make("li", {}, make("span", {}, make("span", { class: "soft figures" }, `${event.start.toFixed(2)} s `), event.text)))) : null,
    make("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "Phases in numbers" }, make(
      "table", {}, make("thead", {}, make("tr", {}, ["Phase", "From", "Seconds"].map((head, index) => make("th", { scope: "col", class: index ? "number" : "" }, head)))),
      make("tbody", {}, phases.map((phase) => make("tr", {}, make("th", { scope: "row" }, phase.name), make("td", { class: "number" }, phase.start.toFixed(2)), make("td", { class: "number" }, (phase.end - phase.start).toFixed(2))))),
    )),
  );
}

function ticks(length) {
  const step = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600].find((one) => length / one <= 10) ?? 7200;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
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
