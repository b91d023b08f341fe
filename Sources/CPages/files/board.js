// The live board: who waits, who talks, who could be rung, and what went wrong lately.
import { ask, causeInWords, clock, find, make, Refused, show, signOut, timeOfDay, withToken } from "/assets/page.js";
import { follow } from "/assets/live.js";
import { callBack, showCallbacks } from "/assets/callbacks.js";

const PHASES = ["requested", "held", "ringing", "briefing", "merging", "connected"];
const HOURS = 8;
const MOST = 200;
const MOST_MESSAGES = 20;

const main = find("main");
let view = null;
let recent = [];
let messages = [];
/** What may be done here, by the scopes of the token. */
let scopes = [];
const problem = { text: "" };
let askedFor = 0;
let isAsking = false;
let shownBefore = "";

withToken("read", main, start).catch(() => {
  show(main, make("p", { class: "notice bad" }, "The service cannot be reached."));
});

function start(board) {
  scopes = board.scopes;
  find("leave").hidden = false;
  show(
    main,
    make("dl", { class: "tiles", id: "tiles" }),
    make("p", { class: "notice bad", id: "trouble", role: "status", hidden: true }),
    make("p", { class: "notice bad", id: "problem", role: "alert", hidden: true }),
    make(
      "div", { class: "board" },
      make("div", { class: "column" }, card("waiting", "Waiting"), card("talking", "Connected"), card("callbacks", "Callbacks")),
      make("div", { class: "column" }, card("agents", "Agents"), card("messages", "Messages"), card("failures", "Not connected"), card("health", "Health")),
    ),
  );
  view = follow(update, (viewer) => viewer.board);
  setInterval(tick, 500);
}

function card(id, title) {
  return make(
    "section", { class: "card", "aria-labelledby": `${id}-title` },
    make("header", {}, make("h2", { id: `${id}-title` }, title), make("span", { class: "soft small", id: `${id}-note` })),
    make("div", { id }),
  );
}

function update() {
  showConnection();
  if (view.state === "signed-out") return location.reload();
  const of = (kind) => [...view.items].filter(([key]) => key.startsWith(`${kind}/`)).map(([, item]) => item);
  const [transfers, agents, health] = [of("transfer"), of("agent"), view.items.get("health")];
  const [callbacks, all] = [of("callback"), view.items.get("callbacks") ?? { open: 0, offered: false }];
  const shape = JSON.stringify([transfers, agents, health, recent, messages, callbacks, all, problem]);
  // What has ended is no longer told of: it is asked for.
  const running = [...transfers, ...callbacks].map((one) => one.id).sort().join();
  if (running !== update.running) {
    update.running = running;
    askForRecent();
  }
  if (shape === shownBefore) return;
  shownBefore = shape;
  const waiting = transfers.filter((one) => !["connected", "returning", "ended"].includes(one.phase));
  const talking = transfers.filter((one) => one.phase === "connected");
  keepingFocus(() => {
    showTiles(waiting, talking, agents);
    showWaiting(waiting, transfers.filter((one) => one.phase === "returning"));
    showTalking(talking);
    showAgents(agents);
    showCallbacks(callbacks, all, scopes, attempt);
    showMessages();
    showFailures(callbacks, all);
    showHealth(health);
  });
  tick();
}

/** Does what somebody has asked for, and says why it could not be done. */
async function attempt(work) {
  problem.text = "";
  try {
    await work();
  } catch (error) {
    problem.text = error instanceof Refused ? error.message : "The service cannot be reached.";
  }
  find("problem").textContent = problem.text;
  find("problem").hidden = !problem.text;
  update();
}

function keepingFocus(draw) {
  const focused = document.activeElement?.id;
  draw();
  if (focused && document.activeElement?.id !== focused) find(focused)?.focus({ preventScroll: true });
}

async function askForRecent() {
  if (isAsking) return;
  isAsking = true;
  // What ends is written a moment later, and several often end together.
  await new Promise((done) => setTimeout(done, Math.max(300, 2000 - (Date.now() - askedFor))));
  askedFor = Date.now();
  isAsking = false;
  try {
    const since = new Date(view.now() - HOURS * 3600000).toISOString();
    const { transfers } = await ask("GET", `/v1/transfers?phase=ended&limit=${MOST}&since=${encodeURIComponent(since)}`);
    recent = transfers.filter((transfer) => transfer.outcome && transfer.outcome.result !== "CONNECTED");
    // Whoever is called back has no channel, and has waited in another transfer.
    const calls = transfers.filter((transfer) => transfer.channel);
    recent.all = calls.length;
    recent.connected = calls.filter((call) => call.outcome?.result === "CONNECTED").length;
    messages = (await ask("GET", `/v1/messages?limit=${MOST_MESSAGES}`)).messages;
    update();
  } catch {
    // The stream says that the service cannot be reached.
  }
}

// MARK: What is shown

function showTiles(waiting, talking, agents) {
  const free = agents.filter((agent) => stateOf(agent)[0] === "Free").length;
  const tile = (name, value, isBad, extra = {}) =>
    make("div", { class: `tile${isBad ? " bad" : ""}` }, make("dt", {}, name), make("dd", { id: `tile-${name.toLowerCase().replaceAll(" ", "-")}`, ...extra }, value));
  const oldest = waiting.length ? Math.min(...waiting.map((one) => one.requested_at)) : null;
  const failed = recent.filter((one) => one.channel).length;
  const abandoned = recent.filter((one) => one.outcome.result === "ABANDONED").length;
  show(
    find("tiles"),
    tile("Waiting", String(waiting.length)),
    tile("Longest wait", oldest ? "" : "–", false, oldest ? { "data-since": oldest } : {}),
    tile("Connected", String(talking.length)), tile("Agents free", `${free}/${agents.length}`, agents.length > 0 && free === 0),
    tile(`Failed, ${HOURS} h`, String(failed - abandoned)), tile(`Abandoned, ${HOURS} h`, String(abandoned)),
  );
}

const who = (one) => one.caller_name || one.caller_number || "unknown caller";

function link(one) {
  return make("a", { href: `/transfers/${one.id}`, id: `to-${one.id}` }, who(one));
}

const inWords = {
  requested: "coming in", held: "on hold", ringing: "ringing", briefing: "hears the briefing", merging: "being connected",
  connected: "connected", returning: "going back",
};

function steps(one) {
  const place = PHASES.indexOf(one.phase);
  return make(
    "span", { class: "steps", "aria-hidden": "true" },
    PHASES.map((phase, index) => make("span", { class: place < 0 ? "failed" : index <= place ? "done" : "", title: inWords[phase] })),
  );
}

function inLine(one) {
  return one.phase === "held" && one.place ? `, number ${one.place} in line` : "";
}

function showWaiting(waiting, returning) {
  const all = [...waiting, ...returning].sort((left, right) => left.requested_at - right.requested_at);
  find("waiting-note").textContent = waiting.length > 1 ? "longest first" : "";
  if (!all.length) return show(find("waiting"), make("p", { class: "empty" }, "Nobody is waiting."));
  show(find("waiting"), make("ul", { class: "list" }, all.map((one) => make(
    "li", {},
    make("div", { class: "split" }, make("strong", {}, link(one)), make("span", { class: "figures nowrap" },
      make("span", { "data-since": one.requested_at }), make("span", { class: "soft" }, ` of ${clock(one.patience)}`))),
    make("progress", { max: one.patience, "data-from": one.requested_at, "aria-hidden": "true" }),
    make("div", { class: "split soft small" }, make("span", {}, [one.topic, one.party].filter(Boolean).join(", for ") + inLine(one)),
      make("span", {}, steps(one), inWords[one.phase] + (one.targets.length ? `: ${one.targets.join(", ")}` : ""))),
  ))));
}

function showTalking(talking) {
  find("talking-note").textContent = "";
  if (!talking.length) return show(find("talking"), make("p", { class: "empty" }, "No conversations."));
  const rows = talking.sort((left, right) => left.connected_at - right.connected_at).map((one) => make(
    "tr", {}, make("th", { scope: "row" }, link(one)), make("td", {}, one.targets.join(", ")), make("td", {}, one.topic),
    make("td", { class: "number", "data-since": one.connected_at ?? one.requested_at }),
  ));
  show(find("talking"), table(["Caller", "With", "Topic", "For"], rows, 3));
}

function table(heads, rows, number) {
  return make("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": heads.join(", ") }, make(
    "table", {}, make("thead", {}, make("tr", {}, heads.map((head, index) => make("th", { scope: "col", class: index === number ? "number" : "" }, head)))),
    make("tbody", {}, rows),
  ));
}

function stateOf(agent) {
  const call = agent.calls[0];
  if (call?.phase === "connected") return ["In a call", "accent"];
  if (call) return [call.phase === "ringing" ? "Ringing" : "Briefing", "accent"];
  if (agent.missed_calls) return ["Signed off", "wait", `after ${agent.missed_calls} missed calls`];
  if (!agent.available) return ["Signed off", "wait"];
  if (agent.wrapping_up_until) return ["Wrap-up", "wait"];
  if (agent.device === "unreachable") return ["Unreachable", "bad"];
  if (agent.device === "busy") return ["Busy", "wait"];
  return ["Free", "good"];
}

function showAgents(agents) {
  find("agents-note").textContent = "";
  if (!agents.length) return show(find("agents"), make("p", { class: "empty" }, "The conf file has no targets."));
  const order = ["Ringing", "Briefing", "In a call", "Wrap-up", "Free", "Busy", "Signed off", "Unreachable"];
  const sorted = agents.map((agent) => [agent, stateOf(agent)])
    .sort(([left, [a]], [right, [b]]) => order.indexOf(a) - order.indexOf(b) || left.name.localeCompare(right.name));
  show(find("agents"), make("ul", { class: "list" }, sorted.map(([agent, [state, kind, why]]) => make(
    "li", {}, make("div", { class: "split" },
      make("span", {}, make("strong", {}, agent.name), agent.spoken_name !== agent.name ? make("span", { class: "soft small" }, ` ${agent.spoken_name}`) : null),
      make("span", { class: "row" },
        agent.wrapping_up_until && state === "Wrap-up" ? make("span", { class: "soft small figures", "data-until": agent.wrapping_up_until }) : null,
        why ? make("span", { class: "soft small" }, why) : null,
        make("span", { class: `chip ${kind}` }, state))),
  ))));
}

/** What callers have left; a player that plays goes on while other things change. */
function showMessages() {
  find("messages-note").textContent = `${messages.filter((one) => !one.heard_at).length} new`;
  const shape = JSON.stringify(messages);
  if (shape === showMessages.shape) return;
  showMessages.shape = shape;
  if (!messages.length) return show(find("messages"), make("p", { class: "empty" }, "None."));
  show(find("messages"), make("ul", { class: "list" }, messages.map((one) => make(
    "li", {},
    make("div", { class: "split" },
      make("span", {}, make(one.heard_at ? "span" : "strong", {}, make("a", { href: `/transfers/${one.id}`, id: `message-${one.id}` }, who(one)))),
      make("span", { class: "row" }, one.heard_at ? null : make("span", { class: "chip wait" }, "New"),
        make("time", { class: "soft small figures", datetime: one.at }, timeOfDay(one.at)))),
    make("div", { class: "split soft small" }, make("span", {}, [one.topic, one.party].filter(Boolean).join(", for ")),
      make("span", { class: "figures" }, one.seconds === null ? "" : clock(one.seconds * 1000))),
    make("audio", { controls: true, preload: "none", src: `/v1/messages/${one.id}/audio`, "aria-label": `Message of ${who(one)}`, onended: () => heard(one) }),
  ))));
}

/** Who may only read leaves it new. */
async function heard(one) {
  if (one.heard_at) return;
  try {
    one.heard_at = (await ask("PUT", `/v1/messages/${one.id}`, { heard: true })).heard_at;
    update();
  } catch {
    // It stays new.
  }
}

function showFailures(callbacks, all) {
  const isOpen = new Set(callbacks.map((one) => one.caller_number));
  const mayCallBack = (one) =>
    all.offered && scopes.includes("transfer") && one.caller_number && one.outcome.result !== "CALLBACK" && !isOpen.has(one.caller_number);
  find("failures-note").textContent = recent.all ? `${recent.connected} of ${recent.all} connected, last ${HOURS} hours` : `last ${HOURS} hours`;
  if (!recent.length) return show(find("failures"), make("p", { class: "empty" }, "None."));
  show(find("failures"), make("ul", { class: "list" }, recent.slice(0, 25).map((one) => make(
    "li", {},
    make("div", { class: "split" }, make("strong", {}, make("a", { href: `/transfers/${one.id}`, id: `to-${one.id}` }, one.caller_number || "unknown number")),
      make("time", { class: "soft small figures", datetime: one.ended_at }, timeOfDay(one.ended_at))),
    make("div", { class: "split small" }, make("span", {}, (one.channel ? "" : "Callback: ") + causeInWords(one.outcome)),
      make("span", { class: "soft" }, [one.outcome.target ?? one.party, `waited ${clock(one.outcome.wait * 1000)}`].filter(Boolean).join(", "))),
    mayCallBack(one) ? make("div", {}, make(
      "button", { type: "button", id: `call-${one.id}`, "aria-label": `Call ${one.caller_number} back`, onclick: () => attempt(() => callBack(one)) }, "Call back",
    )) : null,
  ))), recent.length > 25 ? make("p", { class: "soft small" }, `and ${recent.length - 25} more`) : null);
}

function showHealth(health) {
  if (!health) return;
  const bad = health.parts.filter((part) => !part.ready);
  const trouble = find("trouble");
  trouble.hidden = !bad.length;
  trouble.textContent = bad.map((part) => `${part.name}: ${part.state}`).join(" · ");
  show(find("health"), make("ul", { class: "list" }, health.parts.map((part) => make(
    "li", {}, make("div", { class: "split" }, make("strong", {}, part.name), make("span", { class: `chip ${part.ready ? "good" : "bad"}` }, part.state)),
  ))));
}

// MARK: Time

function showConnection() {
  const chip = find("connection");
  const kinds = { live: "good", reconnecting: "bad", connecting: "wait", "signed-out": "wait" };
  const texts = { live: "Live", connecting: "Connecting", "signed-out": "Signed out" };
  const text = texts[view.state] ?? `Reconnecting, last update ${view.heard ? clock(Date.now() - view.heard) : "–"} ago`;
  chip.className = `chip ${kinds[view.state]}`;
  if (chip.textContent !== text) chip.textContent = text;
}

function tick() {
  showConnection();
  const now = view.now();
  for (const element of main.querySelectorAll("[data-since]")) element.textContent = clock(now - element.dataset.since);
  for (const element of main.querySelectorAll("[data-until]")) element.textContent = clock(element.dataset.until - now + 999);
  for (const element of main.querySelectorAll("progress[data-from]")) {
    const gone = Math.min(element.max, now - element.dataset.from);
    element.value = gone;
    element.className = gone > element.max * 0.75 ? "late" : gone > element.max / 2 ? "soon" : "";
  }
}

find("leave").addEventListener("click", () => signOut("board"));
