// What every page needs: elements, times, requests, and who is signed in.

/** An element with its attributes and what is in it. Text is text: nothing that comes from outside becomes an element. */
export function make(name, attributes = {}, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value === "boolean") element[key] = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...content.flat(3).filter((part) => part !== undefined && part !== null && part !== false));
  return element;
}

export function show(place, ...content) {
  place.replaceChildren(...content.flat(3).filter((part) => part !== undefined && part !== null && part !== false));
}

export const find = (id) => document.getElementById(id);

/** `4:07`, or `1:02:03`. */
export function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const pad = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

export class Refused extends Error {
  constructor(status, code, detail) {
    super(detail || code || `HTTP ${status}`);
    this.status = status;
    this.code = code;
  }
}

/** What the service answers; throws what it refuses. A page of another site cannot send this: see security.md. */
export async function ask(method, path, body) {
  const options = { method, headers: {}, credentials: "same-origin", cache: "no-store" };
  // Also without a body: by this the service tells its own page from a form of another site.
  if (method !== "GET") options.headers["Content-Type"] = "application/json";
  if (body !== undefined) options.body = JSON.stringify(body);
  const response = await fetch(path, options);
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    throw new Refused(response.status, "", "");
  }
  if (!response.ok) throw new Refused(response.status, answer?.code, answer?.detail);
  return answer;
}

/** Who is signed in here: `{desk, board}`, each null for nobody. */
export const session = () => ask("GET", "/session");

/**
 * A page for those who hold a token with this scope: asks for the token where nobody is signed in, and then calls `start`
 * with who it is. `place` is emptied for the form.
 */
export async function withToken(scope, place, start) {
  const { board } = await session();
  if (board?.scopes.includes(scope)) return start(board);
  const message = make("p", { role: "alert", class: "notice bad", hidden: true });
  const token = make("input", {
    id: "token", type: "password", autocomplete: "off", required: true, spellcheck: "false", "aria-describedby": "hint",
  });
  const form = make(
    "form", { class: "card signin" },
    make("h2", {}, "Sign in"),
    make("p", { class: "soft", id: "hint" }, `Paste an API token with the scope ${scope}.`),
    make("label", { for: "token" }, "Token", token), message, make("button", { class: "main", type: "submit" }, "Sign in"),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    message.hidden = true;
    try {
      const board = await ask("POST", "/session", { token: token.value.trim() });
      if (!board.scopes.includes(scope)) throw new Refused(403, "scope_missing", `This token lacks the scope ${scope}.`);
      location.reload();
    } catch (error) {
      message.textContent = error instanceof Refused ? error.message : "The service cannot be reached.";
      message.hidden = false;
    }
  });
  show(place, form);
  token.focus();
}

export async function signOut(kind) {
  await ask("POST", "/session/end", { kind });
  location.reload();
}

/** In the time of whoever looks; with the day where it is another. */
export function timeOfDay(time) {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date().toDateString();
  return date.toLocaleString([], isToday ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" });
}

const causes = {
  COMPLETED: "Connected", NOANSWER: "Nobody answered", BUSY: "Busy", UNREACHABLE: "The phone could not be reached",
  DECLINED: "Declined", MACHINE: "A machine answered", NOACK: "Answered, but no key was pressed",
  HOLDTIMEOUT: "Waited too long", OPTOUT: "The caller did not want to wait", CANCELLED: "Cancelled",
  NOTARGET: "Nobody to ring", DISABLED: "Transfers are turned off", ERROR: "Something failed",
  CALLERHANGUP: "The caller hung up",
};
const results = { VOICEMAIL: "left a message", CALLBACK: "wants to be called back" };

/** How a transfer ended, for people. */
export function causeInWords({ result, cause }) {
  return [causes[cause] ?? cause, results[result]].filter(Boolean).join(", ");
}
