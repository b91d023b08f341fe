// What the service tells as it happens: first everything, then what has changed.

const SILENCE = 25000;

/** The connection itself. Tells its state, and the items by their keys. */
export class Stream {
  constructor(tell) {
    this.tell = tell;
    this.items = new Map();
    this.state = "connecting";
    this.heard = 0;
    this.offset = 0;
    this.pause = 1000;
  }

  /** For somebody who comes later. */
  present() {
    if (!this.heard) return [{ kind: "state", state: this.state, heard: 0 }];
    return [{ kind: "snapshot", items: [...this.items], offset: this.offset, heard: this.heard }, this.stateMessage()];
  }

  stateMessage() {
    return { kind: "state", state: this.state, heard: this.heard };
  }

  open(again) {
    if (this.source && !again) return;
    this.close();
    this.source = new EventSource("/live");
    this.source.addEventListener("snapshot", (event) => this.take(event, true));
    this.source.addEventListener("change", (event) => this.take(event, false));
    this.source.addEventListener("alive", (event) => this.take(event, false));
    this.source.onerror = () => this.broken();
    this.watch = setInterval(() => {
      if (this.heard && Date.now() - this.heard > SILENCE) this.open(true);
    }, 5000);
  }

  close() {
    this.source?.close();
    this.source = null;
    clearInterval(this.watch);
    clearTimeout(this.later);
  }

  take(event, isWhole) {
    const { now, items = {}, removed = [] } = JSON.parse(event.data);
    this.heard = Date.now();
    this.offset = now - this.heard;
    this.pause = 1000;
    if (isWhole) this.items.clear();
    for (const key of removed) this.items.delete(key);
    for (const [key, item] of Object.entries(items)) this.items.set(key, item);
    const changed = Object.entries(items);
    if (isWhole || changed.length || removed.length) {
      this.tell({ kind: isWhole ? "snapshot" : "change", items: changed, removed, offset: this.offset, heard: this.heard });
    }
    this.become("live");
  }

  become(state) {
    this.state = state;
    this.tell(this.stateMessage());
  }

  /** The browser comes back by itself, but not after a refusal: then nobody may see this any more, or not just now. */
  async broken() {
    if (this.source?.readyState !== EventSource.CLOSED) return this.become("reconnecting");
    this.close();
    try {
      const answer = await fetch("/session", { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { desk, board } = await answer.json();
      if (!desk && !board) {
        this.items.clear();
        this.heard = 0;
        return this.become("signed-out");
      }
    } catch {
      // Not to be reached: the same as a stream that breaks.
    }
    this.become("reconnecting");
    this.later = setTimeout(() => this.open(true), this.pause);
    this.pause = Math.min(15000, this.pause * 2);
  }
}

/**
 * A page's view of it: `items` by key, `now()` by the service's clock; `changed` is called when either is other than
 * before. A stream that another tab opened may know nothing of who has signed in on this page since: where `isMine` says
 * so of its viewer, it is opened anew, once.
 */
export function follow(changed, isMine) {
  let hasAskedAgain = false;
  const view = {
    items: new Map(),
    state: "connecting",
    heard: 0,
    offset: 0,
    now() { return Date.now() + this.offset; },
  };
  const take = (message) => {
    if (message.kind === "state") {
      // Perhaps signed in since, on this page.
      if (message.state === "signed-out" && !hasAskedAgain) {
        hasAskedAgain = true;
        return view.again();
      }
      const isOther = view.state !== message.state;
      view.state = message.state;
      view.heard = message.heard;
      if (message.state === "signed-out") view.items.clear();
      if (isOther) changed(view);
      return;
    }
    if (message.kind === "snapshot") view.items.clear();
    for (const key of message.removed ?? []) view.items.delete(key);
    for (const [key, item] of message.items) view.items.set(key, item);
    view.offset = message.offset;
    view.heard = message.heard;
    if (message.kind === "snapshot" && !isMine(view.items.get("viewer") ?? {}) && !hasAskedAgain) {
      hasAskedAgain = true;
      return view.again();
    }
    changed(view);
  };
  if (typeof SharedWorker === "function") {
    const worker = new SharedWorker("/assets/live-worker.js", { type: "module", name: "warm-transfer" });
    worker.port.onmessage = ({ data }) => take(data);
    worker.port.start();
    addEventListener("pagehide", () => worker.port.postMessage("bye"));
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
    view.again = () => worker.port.postMessage("again");
  } else {
    const stream = new Stream(take);
    stream.open(false);
    view.again = () => stream.open(true);
  }
  return view;
}
