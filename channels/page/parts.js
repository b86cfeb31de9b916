// Parts of the page that know nothing of the conversation: words, nodes, moments, files.
export const { words, chips } = JSON.parse(document.getElementById("given").textContent);
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

export const $ = id => document.getElementById(id);
export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (slot, name) => values[name] ?? slot);
export const capital = text => text.charAt(0).toUpperCase() + text.slice(1);

export function kept(key, value) {
  try {
    if (value === undefined) return JSON.parse(localStorage.getItem(`nhacviec.${key}`));
    localStorage.setItem(`nhacviec.${key}`, JSON.stringify(value));
  } catch { /* a browser that keeps nothing still talks */ }
  return null;
}

export function el(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

// ---- the office's time: the wall clock written in the moment itself, never this browser's zone

export function wall(moment) {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T(\d+:\d+)/.exec(moment);
  return { year: +year, month: +month, day: +day, time, date: new Date(Date.UTC(year, month - 1, day)) };
}

// As Decree 30/2020/NĐ-CP writes dates: a day below 10 and the months 1 and 2 carry a zero.
export function shortDay(moment) {
  const { month, day } = wall(moment);
  const two = (n, below) => (n < below ? `0${n}` : `${n}`);
  return `${two(day, 10)}/${two(month, 3)}`;
}

export function worded(moment, pattern) {
  const { year, time, date } = wall(moment);
  const weekday = words[WEEKDAYS[date.getUTCDay()]];
  return fill(words[pattern], { weekday, date: shortDay(moment), year, time });
}

// ---- texts and files

// The text of a line with its bold spans, which count code points.
export function spans(line) {
  const points = Array.from(line.text);
  const parts = [];
  let at = 0;
  for (const [start, length] of [...line.bold].sort((a, b) => a[0] - b[0])) {
    parts.push(points.slice(at, start).join(""), el("b", {}, points.slice(start, start + length).join("")));
    at = start + length;
  }
  return [...parts, points.slice(at).join("")];
}

export function size(bytes) {
  const kb = bytes / 1024;
  return kb < 1000 ? `${Math.max(1, Math.round(kb))} kB` : `${(kb / 1024).toFixed(1)} MB`;
}
