// How one line of the conversation looks, and the faces beside it.
import { $, capital, el, fill, icon, size, spans, wall, worded, words } from "./parts.js";

const TOGETHER = 5 * 60 * 1000;
const FACES = ["#4d6f8f", "#8a5a4a", "#5f7350", "#7a5c86", "#8a6d2f", "#3f7680", "#91566b", "#5a6478"];
const ADDRESS = /(https?:\/\/[^\s<>«»]*[^\s<>«».,;:)])/;

// Many people click twice where once is meant.
export const once = event => event.detail < 2;
export const nameOf = line => (line.who ? line.name : words.bot);
export const groupFace = () => el("span", { class: "face group", "aria-hidden": "true" }, icon("group"));

// A line in one line, without the title of the place where it stands.
export function glance(line, title = "") {
  const text = line.text.startsWith(title) ? line.text.slice(title.length).replace(/^[\s,:.]+/, "") : line.text;
  return text.replace(/\s*\n\s*/g, " · ") || line.files.map(([name]) => name).join(", ");
}

// The web addresses in what the bot says can be followed.
const linked = part => (typeof part !== "string" ? [part] : part.split(ADDRESS).map((piece, n) =>
  n % 2 ? el("a", { href: piece, target: "_blank", rel: "noopener noreferrer" }, piece) : piece));

// `page` tells who is there (scene, me), finds a line by its id, and is told what is pressed (reply, say, begin).
export function bubbles(page) {
  function face(of) {
    if (of === "") return el("span", { class: "face bot", "aria-hidden": "true" });
    const { actors } = page.scene();
    const at = actors.findIndex(actor => actor.id === of);
    const name = actors[at]?.name ?? of;
    const node = el("span", { class: "face", "aria-hidden": "true" }, name.trim().split(/\s+/).at(-1).charAt(0).toUpperCase());
    node.style.setProperty("--face", FACES[(at < 0 ? name.length : at) % FACES.length]);
    return node;
  }

  function bubble(line, before) {
    const replied = page.line(line.reply_to);
    const quote = replied && el("button", { class: "quote", type: "button", onclick: () => $(`l-${replied.id}`)?.scrollIntoView({ block: "center" }) },
      el("b", {}, nameOf(replied)), el("span", {}, glance(replied)));
    const parts = [el("span", { class: "who" }, nameOf(line)), quote];
    if (line.text) parts.push(el("div", { class: "words" }, ...(line.who ? spans(line) : spans(line).flatMap(linked))));
    for (const [name, bytes] of line.files) {
      const shown = [icon("file"), el("span", {}, name), el("small", {}, size(bytes))];
      parts.push(line.who ? el("div", { class: "sent-file" }, ...shown)
        : el("a", { class: "sent-file", href: `file/${line.id}`, download: name }, ...shown));
    }
    parts.push(el("time", { class: "stamp", datetime: line.at }, wall(line.at).time));
    const together = before && before.who === line.who && Date.parse(line.at) - Date.parse(before.at) < TOGETHER
      && before.at.slice(0, 10) === line.at.slice(0, 10);
    const node = el("li", { id: `l-${line.id}`, class: `line${line.who === page.me() ? " mine" : ""}${together ? " more" : ""}` },
      face(line.who),
      el("div", { class: "bubble", onclick: event => {
        if (!event.target.closest("button, a") && !String(getSelection())) page.reply(line);
      } }, ...parts),
      el("button", { class: "answer quiet icon-button", type: "button", title: words.reply, onclick: () => page.reply(line),
        "aria-label": `${words.reply}: ${nameOf(line)}, ${glance(line)}` }, icon("reply")));
    if (line.actions.length) {
      node.append(el("div", { class: "actions" }, ...line.actions.map(sentence =>
        el("button", { class: "action", type: "button", onclick: event => once(event) && page.say({ text: sentence, reply_to: line.id, pressed: true }) }, sentence))));
    }
    if (line.unheard && page.scene().zalo) node.append(unheard(line));
    return node;
  }

  function unheard(line) {
    const { call } = page.scene();
    const add = el("button", { class: "chip", type: "button", onclick: () => page.begin(`${call} ${line.text}`) }, fill(words.put_call, { call }));
    return el("div", { class: "unheard" }, el("p", {}, fill(words.unheard, { call })), line.who === page.me() ? add : null);
  }

  function entries(line, before) {
    const newDay = before?.at.slice(0, 10) !== line.at.slice(0, 10);
    return [...(newDay ? [el("li", { class: "day" }, capital(worded(line.at, "day")))] : []), bubble(line, before)];
  }

  return { face, entries };
}
