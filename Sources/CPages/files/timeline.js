// A call from left to right: its phases to scale, who heard what and when, and what happened.
import { make } from "/assets/page.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const [WIDTH, LEFT, RIGHT, TOP, LANE] = [900, 130, 16, 28, 40];
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

function ticks(length) {
  const step = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600].find((one) => length / one <= 10) ?? 7200;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}

/**
 * All times are seconds from the beginning. `phases`: {name, start, end}. `heard`: {by, text, start, end, isMusic}.
 * `events`: {text, start, isBad}.
 */
export function timeline({ length: all, phases, heard, events }) {
  const length = Math.max(1, all);
  return make(
    "section", { class: "card", "aria-labelledby": "timeline" },
    make("header", {}, make("h2", { id: "timeline" }, "Timeline"), make("span", { class: "soft small" }, `${length.toFixed(1)} s in all`)),
    make("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "Picture of the timeline" }, picture(length, phases, heard, events)),
    events.length ? make("ol", { class: "list events" }, events.map((event) => make("li", {}, make("span", {}, make("span", { class: "soft figures" }, `${event.start.toFixed(2)} s `), event.text)))) : null,
    make("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "Phases in numbers" }, make(
      "table", {}, make("thead", {}, make("tr", {}, ["Phase", "From", "Seconds"].map((head, index) => make("th", { scope: "col", class: index ? "number" : "" }, head)))),
      make("tbody", {}, phases.map((phase) => make("tr", {}, make("th", { scope: "row" }, phase.name), make("td", { class: "number" }, phase.start.toFixed(2)), make("td", { class: "number" }, (phase.end - phase.start).toFixed(2))))),
    )),
  );
}

function picture(length, phases, heard, events) {
  const x = (seconds) => LEFT + (WIDTH - LEFT - RIGHT) * Math.min(1, seconds / length);
  const listeners = [...new Set(heard.map((one) => one.by))];
  const lanes = ["phases", ...listeners, ...(events.length ? ["events"] : [])];
  const laneTop = (name) => TOP + lanes.indexOf(name) * LANE;
  const height = TOP + lanes.length * LANE + 26;
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "picture", role: "img", "aria-labelledby": "picture-title" });
  picture.append(svg("title", { id: "picture-title" }, phases.map((phase) => `${phase.name} ${(phase.end - phase.start).toFixed(1)} s`).join(", ")));
  for (const second of ticks(length)) {
    picture.append(
      svg("line", { x1: x(second), x2: x(second), y1: TOP - 6, y2: height - 22, class: "rule" }),
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
    const box = Math.max(3, x(Math.min(length, one.end)) - x(one.start));
    picture.append(svg("rect", { x: x(one.start), y: laneTop(one.by), width: box, height: 28, rx: 4, class: one.isMusic ? "music" : "speech" }, svg("title", {}, one.text)));
  }
  for (const event of events) {
    const [middle, y] = [x(event.start), laneTop("events") + 14];
    const shape = event.isBad ? svg("rect", { x: middle - 5, y: y - 5, width: 10, height: 10, class: "mark bad" }) : svg("circle", { cx: middle, cy: y, r: 5, class: "mark" });
    shape.append(svg("title", {}, event.text));
    picture.append(shape);
  }
  return picture;
}
