// The local web chat. The server holds everything; the page asks /state, listens to /events, and says and moves by POST.
import { attaching } from "./attaching.js";
import { bubbles, glance, groupFace, nameOf } from "./bubbles.js";
import { like } from "./like.js";
import { $, capital, el, fill, kept, shortDay, wall, worded, words } from "./parts.js";
import { picker } from "./picker.js";

let scene = { now: null, next: null, actors: [], rooms: [], zalo: false, call: "" };
let lines = new Map();
let me = null;
let chat = null;
let replying = null;
let read = kept("read");
let moving = false;

// ---- who and where

const mine = id => `me:${id}`;
const actor = id => scene.actors.find(actor => actor.id === id);
const room = id => scene.rooms.find(room => room.id === id);
const call = () => (scene.zalo && room(chat) ? scene.call : "");
const said = of => [...lines.values()].filter(line => line.chat === of);

function unread(of) {
  const all = said(of);
  return all.length - 1 - all.findIndex(line => line.id === read[of]);
}

// Whoever comes for the first time has missed only what has just been said.
function visit() {
  const last = [...lines.values()].at(-1)?.at;
  read = {};
  for (const line of lines.values()) if (line.at !== last) read[line.chat] = line.id;
}

function seen() {
  const last = said(chat).at(-1);
  if (!last || document.hidden || read[chat] === last.id) return;
  read[chat] = last.id;
  kept("read", read);
}

const when = line => (line.at.slice(0, 10) === scene.now.slice(0, 10) ? wall(line.at).time : shortDay(line.at));

function count(of) {
  const n = unread(of);
  if (n <= 0) return null;
  const aloud = el("span", { class: "aloud" }, fill(words.unread, { n }));
  return el("span", { class: "count" }, el("span", { "aria-hidden": "true" }, n > 99 ? "99+" : `${n}`), aloud);
}

function showPeople() {
  const held = $("people").contains(document.activeElement);
  $("people").replaceChildren(...scene.actors.map(({ id, name, role }) => {
    const radio = el("input", { type: "radio", name: "me", value: id, onchange: () => be(id) });
    radio.checked = id === me;
    const says = el("span", { class: "says" }, el("b", {}, name), el("small", {}, capital(role)));
    return el("label", { class: "person" }, radio, face(id), says, id === me ? null : count(mine(id)));
  }));
  if (held) $("people").querySelector(":checked")?.focus();
}

function showTalks() {
  const held = document.activeElement?.closest?.(".room")?.dataset.chat;
  const all = [{ id: mine(me), title: words.private, of: face("") }, ...scene.rooms.map(room => ({ ...room, of: groupFace() }))];
  $("talks").replaceChildren(...all.map(({ id, title, of }) => {
    const last = said(id).at(-1);
    const gist = last ? `${last.who ? `${last.name}: ` : ""}${glance(last, title)}` : words.no_lines;
    const says = el("span", { class: "says" }, el("b", {}, title), el("small", {}, gist));
    const tail = el("span", { class: "tail" }, last ? when(last) : "", count(id));
    const given = { class: "room", type: "button", "data-chat": id, "aria-current": id === chat && "true" };
    return el("li", {}, el("button", { ...given, onclick: () => open(id, true) }, of, says, tail));
  }));
  if (held) [...$("talks").querySelectorAll(".room")].find(node => node.dataset.chat === held)?.focus();
  const elsewhere = all.reduce((sum, { id }) => sum + (id === chat ? 0 : Math.max(unread(id), 0)), 0);
  $("elsewhere").hidden = !elsewhere;
  $("elsewhere").textContent = elsewhere > 99 ? "99+" : elsewhere;
  document.title = elsewhere ? `(${elsewhere}) ${words.bot}` : words.bot;
}

function showClock() {
  $("now").textContent = worded(scene.now, "moment").replace(/ (?=.* )/g, "\u00a0");
  $("now").dateTime = scene.now;
  $("next-at").textContent = scene.next ? worded(scene.next, "moment_short") : words.no_next;
  $("next").disabled = moving || !scene.next;
}

// ---- the conversation

const { face, entries } = bubbles({ scene: () => scene, me: () => me, line: id => lines.get(id), reply, say, begin });

function showLines() {
  const all = said(chat);
  const nodes = [el("li", { class: "start" }, el("b", {}, words.trial_more), el("span", {}, scene.zalo ? words.trial_zalo : words.trial_how))];
  all.forEach((line, n) => nodes.push(...entries(line, all[n - 1])));
  if (!all.length) {
    nodes.push(el("li", { class: "nothing" }, el("b", {}, words.no_lines), room(chat) ? words.no_lines_room : words.no_lines_private));
  }
  $("lines").replaceChildren(...nodes);
}

function showTalk() {
  const group = room(chat);
  const who = actor(me);
  $("talk-face").replaceChildren(group ? groupFace() : face(""));
  $("talk-title").textContent = group ? group.title : words.private;
  $("talk-about").textContent = group ? group.about : fill(words.private_about, { name: who.name });
  const as = fill(words.as, who);
  $("text").placeholder = group ? words.write_room : words.write_private;
  $("text").setAttribute("aria-label", `${$("text").placeholder}. ${as}`);
  $("me-face").replaceChildren(face(me));
  $("me-face").title = as;
  const how = scene.zalo ? fill(words.call_zalo, scene) : words.call;
  $("keys").textContent = group ? how : words.keys;
  showLike();
}

let atEnd = true;

// A last line taller than the window is read from its beginning.
function toEnd() {
  const last = $("lines").lastElementChild;
  $("scroll").scrollTop = $("scroll").scrollHeight;
  if (last && last.offsetHeight > $("scroll").clientHeight) last.scrollIntoView({ block: "start" });
  $("below").hidden = true;
  atEnd = true;
}

function showAll() {
  showClock();
  if (!actor(me)) me = scene.actors[0]?.id ?? null;
  if (me === null) return;
  if (!room(chat) && chat !== mine(me)) chat = newest() ?? mine(me);
  seen();
  showSides();
  showTalk();
}

// The group where the bot spoke last; of several in the same minute, the one where it said the most.
function newest(among = [...lines.values()]) {
  const bots = among.filter(line => !line.who && room(line.chat));
  const last = bots.at(-1)?.at;
  return bots.filter(line => line.at === last).sort((a, b) => b.text.length - a.text.length)[0]?.chat;
}

function open(id, chosen = false) {
  chat = id;
  reply(null);
  document.body.classList.remove("choosing");
  showAll();
  showLines();
  toEnd();
  $("talks").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  if (chosen && matchMedia("(hover: hover)").matches) $("text").focus();
}

function be(id) {
  const alone = chat === mine(me);
  me = id;
  kept("me", me);
  reply(null);
  if (alone) return open(mine(me));
  showAll();
  showLines();
  toEnd();
}

function note(text, bad = false) {
  $("note").textContent = text;
  $("note").classList.toggle("bad", bad);
  clearTimeout(note.timer);
  note.timer = setTimeout(() => { $("note").textContent = ""; }, 6000);
}

// ---- what arrives

function arrive(line) {
  if (lines.has(line.id)) return;
  const stay = !atEnd && line.who !== me;
  const here = line.chat === chat;
  const before = said(line.chat).at(-1);
  lines.set(line.id, line);
  if (chat === null) return;
  if (here) {
    if (before) $("lines").append(...entries(line, before));
    else showLines();
    $(`l-${line.id}`).classList.toggle("fresh", line.who !== me);
    if (stay) $("below").hidden = false;
    else toEnd();
  }
  if (line.who !== me && (here || line.chat === mine(me))) $("aloud").textContent = `${nameOf(line)}: ${line.text}`;
  if (line.who === me && line.unheard) $("aloud").textContent = fill(words.unheard, scene);
  seen();
  if (!sides) sides = requestAnimationFrame(showSides);
}

// Once for however many lines arrive together.
let sides = 0;
function showSides() {
  sides = 0;
  showTalks();
  showPeople();
}

async function refresh() {
  const before = new Set(lines.keys());
  const state = await (await fetch("state")).json();
  const meanwhile = [...lines.values()].filter(line => !before.has(line.id));
  const changed = state.lines.length !== before.size || state.lines.some(line => !before.has(line.id))
    || state.scene.zalo !== scene.zalo;
  const first = chat === null;
  scene = state.scene;
  lines = new Map([...state.lines, ...meanwhile].map(line => [line.id, line]));
  if (!read) visit();
  showAll();
  if (chat !== null && (first || changed)) {
    showLines();
    toEnd();
  }
}

function listen() {
  const events = new EventSource("events");
  events.addEventListener("open", () => {
    $("lost").hidden = true;
    refresh();
  });
  events.addEventListener("error", () => {
    $("lost").hidden = false;
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
  events.addEventListener("line", event => arrive(JSON.parse(event.data)));
  events.addEventListener("gone", event => {
    lines.delete(JSON.parse(event.data));
    showLines();
    showTalks();
  });
  events.addEventListener("scene", event => {
    const told = JSON.parse(event.data);
    if (chat === null || told.zalo !== scene.zalo) refresh();
    else if (JSON.stringify(told) !== JSON.stringify(scene)) {
      scene = told;
      showAll();
    }
  });
}

// ---- what we do

async function post(where, what) {
  let answer;
  try {
    answer = await fetch(where, { method: "POST", body: JSON.stringify(what), headers: { "Content-Type": "application/json" } });
  } catch {
    note(words.failed, true);
    return null;
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) note(told.error ?? words.failed, true);
  return answer.ok ? told : null;
}

function say({ text, reply_to = "", pressed = false, files = [] }) {
  return post("say", { actor: me, room: room(chat) ? chat : null, text, reply_to, pressed, files });
}

async function move(to) {
  if (moving) return;
  moving = true;
  document.body.classList.add("busy");
  $("next").setAttribute("aria-busy", "true");
  $("next").disabled = true;
  note(words.moving);
  const before = new Set(lines.keys());
  const moved = await post("move", { to });
  moving = false;
  document.body.classList.remove("busy");
  $("next").removeAttribute("aria-busy");
  if (!moved) return showClock();
  await refresh();
  const news = [...lines.values()].filter(line => !before.has(line.id));
  const moment = capital(worded(scene.now, "moment"));
  const where = new Set(news.map(line => line.chat));
  note(news.length ? fill(words.moved, { moment, n: news.length, m: where.size }) : fill(words.moved_silent, { moment }));
  if (news.length && !where.has(chat)) open(newest(news) ?? (where.has(mine(me)) ? mine(me) : chat));
  else toEnd();
  $("next").focus();
}

function reply(line) {
  replying = line;
  $("replying").hidden = !line;
  if (!line) return;
  $("replying-name").textContent = fill(words.replying, { name: nameOf(line) });
  $("replying-text").textContent = glance(line);
  $("text").focus();
}

async function turn(zalo) {
  if (!await post("like", { zalo })) return showLike();
  await refresh();
  note(fill(zalo ? words.like_on : words.like_off, scene));
}

// What is to be said waits in the input.
function begin(text) {
  $("text").value = text;
  grow();
  $("text").focus();
}

function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  $("text").style.height = "auto";
  $("text").style.height = `${$("text").scrollHeight}px`;
}

$("form").addEventListener("submit", async event => {
  event.preventDefault();
  const text = $("text").value.trim();
  if ((!text && !attachments.any()) || $("send").disabled) return;
  $("send").disabled = true;
  try {
    const told = await say({ text, reply_to: replying?.id, files: await attachments.packed() });
    if (!told) return;
    $("text").value = "";
    attachments.clear();
    reply(null);
    grow();
  } catch {
    note(words.failed, true);
  } finally {
    $("send").disabled = false;
    $("text").focus();
  }
});
$("text").addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("form").requestSubmit();
  }
  if (event.key === "Escape") reply(null);
});
$("text").addEventListener("input", grow);
$("no-reply").addEventListener("click", () => { reply(null); $("text").focus(); });
$("below").addEventListener("click", toEnd);
$("scroll").addEventListener("scroll", () => {
  atEnd = $("scroll").scrollHeight - $("scroll").scrollTop - $("scroll").clientHeight < 60;
  if (atEnd) $("below").hidden = true;
});
new ResizeObserver(() => { if (atEnd) toEnd(); }).observe($("scroll"));
$("back").addEventListener("click", () => document.body.classList.add("choosing"));
$("next").addEventListener("click", () => move(null));
document.addEventListener("visibilitychange", () => { if (!document.hidden) showAll(); });
picker(() => scene, move);
const attachments = attaching(note, () => !scene.zalo);
const showLike = like({ scene: () => scene, call, say, begin, turn });
me = kept("me");
listen();
