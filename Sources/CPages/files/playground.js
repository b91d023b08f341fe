// The playground: a made-up call through the running conf file or a pasted text.
import { ask, causeInWords, find, make, Refused, show, signOut, withToken } from "/assets/page.js";
import { timeline } from "/assets/timeline.js";

const main = find("main");

const SCENARIOS = [
  ["Answers and accepts", { answer: "accept" }],
  ["Busy, the next one accepts", { answer: "busy,accept" }],
  ["Hears the briefing twice, then accepts", { answer: "repeat" }],
  ["Declines", { answer: "decline" }],
  ["Answers and presses nothing", { answer: "silent" }],
  ["Answers and hangs up", { answer: "hangup" }],
  ["A voicemail answers", { answer: "machine" }],
  ["Nobody answers", { answer: "noanswer" }],
  ["Phones that cannot be reached", { answer: "unreachable" }],
  ["The caller hangs up after 10 seconds", { answer: "noanswer", hang_up_after: 10 }],
  ["The caller opts out after 10 seconds", { answer: "noanswer", opt_out_after: 10 }],
  ["Others ...", null],
];

/** Text fields of the order, with what stands beside them, and an example. */
const FIELDS = [
  ["topic", "Topic"], ["target", "Target or group"], ["caller_number", "Caller's number"], ["caller_name", "Caller's name"],
  ["language", "Language"], ["at", "When", "2026-12-24 18:00"],
];

let sounds = [];

withToken("admin", main, start).catch(() => {
  show(main, make("p", { class: "notice bad" }, "The service cannot be reached."));
});

function start() {
  find("leave").hidden = false;
  show(main, make("div", { class: "play" }, form(), make("div", { class: "column", id: "result" },
    make("p", { class: "empty" }, "Nobody is called, and nothing is sent or written."))));
  showWhatIsChosen();
}

function form() {
  return make(
    "form", { class: "card", onsubmit: tryIt },
    make("h2", {}, "A made-up call"),
    make(
      "fieldset", {}, make("legend", {}, "Conf file"),
      choice("running", "The running one", true), choice("pasted", "This text"),
      make("label", { for: "conf", id: "conf-label" }, "Text of a conf file", make("textarea", { id: "conf", class: "conf", spellcheck: "false", autocomplete: "off" })),
    ),
    make("label", { for: "scenario" }, "What happens", make("select", { id: "scenario", onchange: showWhatIsChosen },
      SCENARIOS.map(([name], index) => make("option", { value: String(index) }, name)))),
    make("label", { for: "answer", id: "answer-label" }, "What those do who are rung, one after the other", make("input", { id: "answer", value: "busy,decline,accept", spellcheck: "false" })),
    make("div", { class: "fields" }, FIELDS.map(([name, label, example]) => make("label", { for: name }, label, make("input", { id: name, autocomplete: "off", placeholder: example })))),
    make("label", { for: "reason" }, "Reason", make("input", { id: "reason", autocomplete: "off" })),
    make("label", { for: "summary" }, "Summary", make("textarea", { id: "summary" })),
    make("label", { for: "next_action" }, "Next action", make("input", { id: "next_action", autocomplete: "off" })),
    make("label", { for: "facts" }, "Facts, one NAME=VALUE a line", make("textarea", { id: "facts", spellcheck: "false" })),
    make("button", { class: "main", type: "submit", id: "try" }, "Try it"),
    make("p", { class: "unseen", role: "status", id: "said" }),
  );
}

function choice(value, label, checked = false) {
  return make("label", { class: "choice", for: `from-${value}` },
    make("input", { type: "radio", name: "from", id: `from-${value}`, value, checked, onchange: showWhatIsChosen }), label);
}

function showWhatIsChosen() {
  find("conf-label").hidden = !find("from-pasted").checked;
  find("answer-label").hidden = SCENARIOS[find("scenario").value][1] !== null;
}

function order() {
  const order = { ...(SCENARIOS[find("scenario").value][1] ?? { answer: find("answer").value.trim() }) };
  if (find("from-pasted").checked) order.conf = find("conf").value;
  for (const name of [...FIELDS.map(([name]) => name), "reason", "summary", "next_action"]) {
    const value = find(name).value.trim();
    if (value) order[name] = value;
  }
  const facts = find("facts").value.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const mark = line.indexOf("=");
    return mark < 0 ? [line, ""] : [line.slice(0, mark).trim(), line.slice(mark + 1).trim()];
  });
  if (facts.length) order.facts = Object.fromEntries(facts);
  return order;
}

async function tryIt(event) {
  event.preventDefault();
  const button = find("try");
  button.disabled = true;
  find("said").textContent = "Trying ...";
  try {
    const report = await ask("POST", "/v1/simulations", order());
    draw(report);
    find("said").textContent = ending(report);
  } catch (error) {
    const why = error instanceof Refused ? error.message : "The service cannot be reached.";
    show(find("result"), make("p", { class: "notice bad prose", role: "alert" }, why));
    find("said").textContent = "";
  }
  button.disabled = false;
  // On a narrow screen it is below the form.
  const result = find("result");
  if (result.getBoundingClientRect().top > innerHeight) result.scrollIntoView();
}

const ending = (report) => report.complete && report.result ? causeInWords(report) : "Not over when the limits of simulations were reached";

function draw(report) {
  for (const sound of sounds) URL.revokeObjectURL(sound);
  sounds = [];
  const isConnected = report.result === "CONNECTED";
  show(
    find("result"),
    make(
      "section", { class: "card", "aria-labelledby": "ending" },
      make("header", {}, make("h2", { id: "ending" }, "What would happen"), make("span", { class: `chip ${isConnected ? "good" : "bad"}` }, ending(report))),
      make("dl", { class: "meta" }, entry("Result", report.result), entry("Cause", report.cause), entry("Last person", report.target),
        entry("Waited", report.wait === undefined ? "" : `${report.wait.toFixed(1)} s`)),
      make("pre", { id: "route" }, report.route.join("\n")),
    ),
    picture(report), heard(report), list(report), outside(report),
  );
}

function entry(name, value) {
  return value ? make("div", {}, make("dt", {}, name), make("dd", {}, value)) : null;
}

function picture(report) {
  if (!report.phases.length) return null;
  return timeline({
    length: report.seconds,
    phases: report.phases.map(({ phase, at, seconds }) => ({ name: phase, start: at, end: at + seconds })),
    heard: report.steps.filter((step) => step.seconds !== undefined)
      .map((step) => ({ by: step.who, text: step.words ?? step.text, start: step.at, end: step.at + step.seconds, isMusic: !step.words })),
    events: report.steps.filter((step) => step.seconds === undefined).map((step) => ({ start: step.at, text: `${step.who} ${step.text}` })),
  });
}

function heard(report) {
  const all = report.sounds.filter((sound) => sound.wave);
  if (!all.length) return null;
  return make(
    "section", { class: "card", "aria-labelledby": "heard" }, make("h2", { id: "heard" }, "What they would hear"),
    make("p", { class: "soft small" }, "A soft chord stands for your hold music, a low pulse for the other person's voice."),
    all.map((sound) => make("figure", { class: "stack" }, make("figcaption", { class: "small" }, `${sound.who}, ${sound.seconds.toFixed(1)} s`),
      make("audio", { controls: true, preload: "metadata", src: soundOf(sound.wave), "aria-label": `What ${sound.who} would hear` }))),
  );
}

function soundOf(wave) {
  const url = URL.createObjectURL(new Blob([Uint8Array.from(atob(wave), (one) => one.charCodeAt(0))], { type: "audio/wav" }));
  sounds.push(url);
  return url;
}

function list(report) {
  const rows = report.steps.map((step) => make(
    "tr", {}, make("td", { class: "figures nowrap" }, step.at.toFixed(1)), make("td", { class: "nowrap" }, step.who),
    make("td", {}, step.words ? `${step.text} “${step.words}”` : step.text), make("td", { class: "number nowrap" }, step.seconds === undefined ? "" : step.seconds.toFixed(1)),
  ));
  if (!rows.length) return null;
  return make("section", { class: "card", "aria-labelledby": "steps" }, make("h2", { id: "steps" }, "Step by step"), table(["At", "Who", "What", "For"], rows, 3));
}

function table(heads, rows, number) {
  return make("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": heads.join(", ") }, make(
    "table", {}, make("thead", {}, make("tr", {}, heads.map((head, index) => make("th", { scope: "col", class: index === number ? "number nowrap" : "nowrap" }, head)))),
    make("tbody", {}, rows),
  ));
}

function outside(report) {
  const variables = Object.entries(report.variables);
  const told = report.events.flatMap((event) => event.webhooks.map((webhook) => [webhook, event.body]));
  return make(
    "section", { class: "card", "aria-labelledby": "outside" }, make("h2", { id: "outside" }, "Outside"),
    variables.length
      ? table(["Variable", "What the dialplan would read"], variables.map(([name, value]) => make("tr", {}, make("th", { scope: "row", class: "mono nowrap" }, name), make("td", {}, value))))
      : make("p", { class: "empty" }, "No variables."),
    told.length
      ? make("details", {}, make("summary", {}, `Webhooks: ${told.length} requests`), told.map(([webhook, body]) => make("div", {}, make("h3", {}, `${webhook}: ${body.phase}`), make("pre", {}, JSON.stringify(body, null, 2)))))
      : make("p", { class: "empty" }, "No webhook would be sent."),
  );
}

find("leave").addEventListener("click", () => signOut("board"));
