// Discord's mark-up within a line: marks, links, mentions, times.

import { el } from "./dom.js";
import { channelName, emit, placeName, roleName, userName } from "./world.js";

// Tried in this order at each special character. A maker that gives null leaves the text as it is.
const RULES = [
  [/\\([^\sA-Za-z0-9])/y, ([, character]) => character],
  [/(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/y, ([, , code]) => el("code", {}, code.replace(/^ (.*) $/s, "$1"))],
  [/<(https?:\/\/[^\s<>]+)>/y, ([, url]) => link(url, [url])],
  [/<@!?(\d+)>/y, ([, id]) => mention(`@${userName(id)}`)],
  [/<@&(\d+)>/y, ([, id]) => mention(`@${roleName(id)}`)],
  [/<#(\d+)>/y, ([, id]) => mention(`#${channelName(id)}`)],
  [/<\/([^:<>\n]{1,100}):\d+>/y, ([, name]) => mention(`/${name}`)],
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, ([, seconds, style]) => time(Number(seconds), style)],
  [/<a?:(\w{2,32}):\d+>/y, ([, name]) => el("span", { class: "emoji" }, `:${name}:`)],
  [
    /\[((?:\\.|\[[^[\]\n]*\]|[^[\]\\\n])+)\]\(<?(https?:\/\/(?:\([^\s()<>]*\)|[^\s()<>])+)>?(?: +"[^"\n]*")?\)/y,
    ([, label, url], context) => link(url, inline(label, { ...context, linked: true })),
  ],
  [/https?:\/\/[^\s<>]*[^\s<>.,:;!?"'\]*_~|]/y, ([url], context) => (context.linked ? null : bare(url))],
  [/\*\*((?:\\.|[^\\])+?)\*\*(?!\*)/sy, wrap("strong")],
  [/\*(?![\s*])((?:\\.|\*\*[^*]+\*\*|[^*\\])+?)(?<!\s)\*(?!\*)/sy, wrap("em")],
  [/__((?:\\.|[^\\])+?)__(?!_)/sy, wrap("u")],
  [/(?<!\w)_(?!_)((?:\\.|__[^_]+__|[^_\\])+?)_(?!\w)/sy, wrap("em")],
  [/~~((?:\\.|[^\\])+?)~~/sy, wrap("s")],
  [/\|\|((?:\\.|[^\\])+?)\|\|/sy, ([, inner], context) => spoiler(inline(inner, context))],
  [/@(everyone|here)\b/y, ([text], context) => (context.everyone ? mention(text) : null)],
];

// Nobody nests deeper on purpose.
const MAX_DEPTH = 12;
const SPECIAL = /[\\`<[h*_~|@]/;

// Gives nodes and strings, never HTML. `context`: {everyone, linked, depth}.
export function inline(text, context = {}) {
  const depth = (context.depth || 0) + 1;
  if (depth > MAX_DEPTH) return [text];
  const inside = { ...context, depth };
  const parts = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const found = SPECIAL.test(text[at]) ? match(text, at, inside) : null;
    if (found) {
      if (plain) parts.push(plain);
      plain = "";
      parts.push(found.node);
      at += found.taken;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) parts.push(plain);
  return parts.flat();
}

function match(text, at, context) {
  for (const [pattern, make] of RULES) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    const made = found && make(found, context);
    if (made != null) return made.taken ? made : { node: made, taken: found[0].length };
  }
  return null;
}

function wrap(tag) {
  return ([, inner], context) => el(tag, {}, inline(inner, context));
}

function mention(text) {
  return el("span", { class: "mention" }, text);
}

export function link(address, content) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  return el("a", { href: url.href, target: "_blank", rel: "noreferrer", title: url.host }, content);
}

// A closing bracket belongs to an address only where it has an opening one.
function bare(url) {
  let end = url.length;
  const count = (character) => url.slice(0, end).split(character).length;
  while (url[end - 1] === ")" && count(")") > count("(")) end -= 1;
  const address = url.slice(0, end);
  const node = jump(address) || link(address, [address]);
  return node && { node, taken: end };
}

const MESSAGE = /^https:\/\/discord\.com\/channels\/(?:\d+|@me)\/(\d+)\/(\d+)$/;

// The address of a message of this Discord leads there and nowhere else.
function jump(address) {
  const [, channel, message] = MESSAGE.exec(address) || [];
  const name = channel && placeName(channel);
  if (!name) return null;
  const go = () => emit("jump", { channel, message });
  return el("button", { type: "button", class: "mention jump", onclick: go }, `${name} › message`);
}

export function spoiler(content, tag = "span") {
  const inner = el(tag, { class: "hidden-text", tabindex: "-1", inert: true }, content);
  const button = el("button", { type: "button", class: "reveal", "aria-label": "Show the spoiler" });
  const whole = el(tag, { class: "spoiler" }, inner, button);
  button.addEventListener("click", () => {
    whole.classList.add("shown");
    inner.inert = false;
    button.remove();
    inner.focus();
  });
  return whole;
}

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

function time(seconds, style = "f") {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const shown = style === "R" ? relative(date) : format(date, STYLES[style]);
  const data = style === "R" ? { relative: "true" } : {};
  return el(
    "time",
    { class: "stamp", datetime: date.toISOString(), title: format(date, STYLES.F), dataset: data },
    shown,
  );
}

function format(date, options) {
  return new Intl.DateTimeFormat(undefined, options).format(date);
}

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

export function relative(date) {
  const seconds = (date.getTime() - Date.now()) / 1000;
  const [unit, length] = UNITS.find(([, each]) => Math.abs(seconds) >= each) || UNITS.at(-1);
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(seconds / length), unit);
}
