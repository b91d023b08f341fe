// Callers who are to be called back, on the board.
import { ask, find, make, show, timeOfDay } from "/assets/page.js";

const states = {
  waiting: ["In line", "wait"], resting: ["Later", "wait"], ringing: ["Ringing", "accent"], briefing: ["Briefing", "accent"],
  calling: ["Calling", "accent"], connected: ["Connected", "good"],
};
const CANCELLED = ["waiting", "resting", "ringing", "briefing"];

/** The oldest of them; `attempt` does what a button is pressed for. */
export function showCallbacks(callbacks, all, scopes, attempt) {
  find("callbacks-note").textContent = all.open > callbacks.length ? `the oldest ${callbacks.length} of ${all.open}` : "";
  if (!callbacks.length) return show(find("callbacks"), make("p", { class: "empty" }, "None."));
  const mayCancel = scopes.some((scope) => scope === "transfer" || scope === "admin");
  callbacks.sort((left, right) => left.waiting_since - right.waiting_since);
  show(find("callbacks"), make("ul", { class: "list" }, callbacks.map((one) => make(
    "li", {},
    make("div", { class: "split" },
      make("strong", {}, make("a", { href: `/transfers/${one.id}`, id: `callback-${one.id}` }, one.caller_name || one.caller_number)),
      make("span", { class: "row" }, make("span", { class: "figures", "data-since": one.waiting_since }),
        make("span", { class: `chip ${states[one.state][1]}` }, states[one.state][0]))),
    make("div", { class: "split soft small" },
      make("span", {}, [one.caller_name ? one.caller_number : "", one.topic, one.party ? `for ${one.party}` : ""].filter(Boolean).join(", ")),
      make("span", { class: "figures" }, next(one))),
    mayCancel && CANCELLED.includes(one.state) ? make("div", {}, make(
      "button", {
        type: "button", class: "bad", id: `cancel-${one.id}`, "aria-label": `Cancel the callback to ${one.caller_name || one.caller_number}`,
        onclick: () => attempt(() => ask("DELETE", `/v1/callbacks/${one.id}`)),
      }, "Cancel",
    )) : null,
  ))));
}

function next(one) {
  const tries = one.tries ? `tried ${one.tries === 1 ? "once" : `${one.tries} times`}` : "";
  const place = one.place ? `number ${one.place} in line` : "";
  return [tries, place, one.next_try_at ? `next ${timeOfDay(one.next_try_at)}` : ""].filter(Boolean).join(", ");
}

/** As whoever took the call would have been told of it. */
export async function callBack(one) {
  const { context } = await ask("GET", `/v1/transfers/${one.id}`);
  const known = Object.entries(context ?? {}).filter(([, value]) => value !== null);
  await ask("POST", "/v1/callbacks", {
    ...Object.fromEntries(known),
    facts: (context?.facts ?? []).map(({ name, value }) => ({ name, value })),
    number: one.caller_number,
    ...(one.party ? { target: one.party } : {}),
  });
}
