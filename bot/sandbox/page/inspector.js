// The inspector: the requests behind a message and how near they are to Discord's limits; all latest requests.

import { getInspection, getRequests } from "./api.js";
import { copy, el } from "./dom.js";
import { coloured } from "./json.js";
import { messageOf } from "./chat.js";
import { excerpt } from "./message.js";
import { on, world } from "./world.js";

const NEAR = 0.9;
const SOON = 300;

const panel = document.getElementById("inspector");
const toggle = document.getElementById("inspector-toggle");

let message = null;
let tab = "message";
let timer = null;
let turn = 0;
let content;

export function startInspector() {
  toggle.addEventListener("click", () => setOpen(panel.hidden));
  panel.addEventListener("keydown", (event) => event.key === "Escape" && setOpen(false));
  on("somebody-else", () => (message = null));
  on("inspect", (chosen) => {
    message = chosen;
    tab = "message";
    setOpen(true);
  });
}

function setOpen(open) {
  panel.hidden = !open;
  toggle.setAttribute("aria-expanded", String(open));
  if (!open) return toggle.focus();
  frame();
  panel.querySelector("[role=tab][aria-selected=true]").focus();
  return refresh();
}

// Called for each event; `changed` is a message that came or changed, if any.
export function inspected(changed) {
  if (changed && changed.id === message?.id) message = changed;
  if (panel.hidden || timer) return;
  timer = setTimeout(() => {
    timer = null;
    refresh();
  }, SOON);
}

function frame() {
  content = el("div", { id: "inspector-content", role: "tabpanel", tabindex: "0", "aria-labelledby": `tab-${tab}` });
  panel.replaceChildren(
    el(
      "header",
      {},
      el(
        "div",
        { role: "tablist", "aria-label": "Inspector", onkeydown: tabKey },
        tabButton("message", "Message"),
        tabButton("requests", "Requests"),
      ),
      el(
        "button",
        { type: "button", class: "plain", "aria-label": "Close the inspector", onclick: () => setOpen(false) },
        "×",
      ),
    ),
    content,
  );
}

function tabButton(name, label) {
  const selected = tab === name;
  return el(
    "button",
    {
      type: "button",
      role: "tab",
      id: `tab-${name}`,
      tabindex: selected ? "0" : "-1",
      "aria-selected": String(selected),
      "aria-controls": "inspector-content",
      onclick: () => choose(name),
    },
    label,
  );
}

function choose(name) {
  tab = name;
  frame();
  panel.querySelector(`#tab-${name}`).focus();
  refresh();
}

function tabKey(event) {
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") choose(tab === "message" ? "requests" : "message");
}

async function refresh() {
  turn += 1;
  const mine = turn;
  try {
    const parts = tab === "message" ? await messageParts() : await requestParts();
    if (mine === turn && !panel.hidden) fill(parts);
  } catch (error) {
    if (mine === turn) content.replaceChildren(el("p", { class: "trouble" }, error.message));
  }
}

// What the reader had opened stays open.
function fill(parts) {
  const details = () => [...content.querySelectorAll("details[data-key]")];
  const states = new Map(details().map((each) => [each.dataset.key, each.open]));
  const top = content.scrollTop;
  content.replaceChildren(...parts);
  for (const each of details()) each.open = states.get(each.dataset.key) ?? each.open;
  content.scrollTop = top;
}

async function messageParts() {
  if (!message)
    return [
      el(
        "p",
        { class: "hint" },
        "Choose «Inspect» in a message's menu (⋯ or right click) to see the requests that made it.",
      ),
    ];
  const { requests } = await getInspection(world.me.id, message.id);
  const shown = messageOf(message.id) || message;
  return [
    el("h2", {}, "Message"),
    el("p", { class: "hint" }, excerpt(shown)),
    ...(requests.length
      ? requests.map((each, index) => request(each, `made-${index}`, index === requests.length - 1))
      : [noRequests()]),
    json("The message as it stands", shown, "message", false),
  ];
}

function noRequests() {
  return el("p", { class: "hint" }, "No request of the bot made this message.");
}

async function requestParts() {
  const requests = await getRequests();
  if (!requests.length) return [el("p", { class: "hint" }, "The bot has made no request yet.")];
  return requests.map((each) => request(each, `${each.when} ${each.path}`, Boolean(each.errors))).reverse();
}

function request(each, key, open) {
  const refused = each.status >= 400;
  return el(
    "details",
    { class: refused ? "request refused" : "request", open, dataset: { key } },
    el(
      "summary",
      {},
      el("span", { class: "method" }, each.method),
      el("span", { class: "path", title: each.path }, shortened(each.path)),
      el("span", { class: "status" }, refused ? `${each.status} refused${each.code ? ` · ${each.code}` : ""}` : String(each.status)),
    ),
    el("p", { class: "hint" }, new Date(each.when).toLocaleTimeString()),
    each.measures?.length && el("div", { class: "meters" }, each.measures.map(meter)),
    each.errors &&
      el("div", { class: "errors" }, el("h3", {}, "Why it was refused"), el("ul", {}, errorLines(each.errors))),
    each.body != null && json("Body", each.body, `${key}-body`, open && !each.errors),
  );
}

// Tokens are long, and nobody reads them.
function shortened(path) {
  return path.replace(/[\w-]{24,}/g, (token) => `${token.slice(0, 6)}…`);
}

function meter({ name, used, limit }) {
  const share = limit ? used / limit : 1;
  const words = share > 1 ? "over the limit" : share === 1 ? "at the limit" : share >= NEAR ? "near the limit" : "";
  const bar = el("span", { class: "bar" });
  bar.style.width = `${Math.min(share, 1) * 100}%`;
  return el(
    "div",
    { class: `meter ${share > 1 ? "over" : share >= NEAR ? "near" : ""}`.trim() },
    el("span", { class: "meter-name" }, name),
    el(
      "span",
      { class: "meter-value" },
      `${used.toLocaleString()} / ${limit.toLocaleString()}${words ? ` · ${words}` : ""}`,
    ),
    el(
      "span",
      {
        class: "track",
        role: "meter",
        "aria-label": name,
        "aria-valuenow": used,
        "aria-valuemin": "0",
        "aria-valuemax": Math.max(limit, used),
      },
      bar,
    ),
  );
}

// Discord nests errors by field; the path is what one looks for.
function errorLines(node, path = []) {
  return Object.entries(node).flatMap(([key, inner]) => {
    if (key === "_errors") return inner.map((error) => errorLine(path, error));
    return inner && typeof inner === "object"
      ? errorLines(inner, [...path, key])
      : [errorLine(path, { code: key, message: String(inner) })];
  });
}

function errorLine(path, { code, message: text }) {
  return el(
    "li",
    {},
    el("code", {}, path.join(".") || "(whole body)"),
    el("span", {}, ` ${text} `),
    el("small", {}, code),
  );
}

function json(title, value, key, open) {
  const text = JSON.stringify(value, null, 2);
  const button = el("button", { type: "button", class: "plain copy" }, "Copy");
  button.addEventListener("click", () => copy(text, button));
  return el(
    "details",
    { class: "json", open, dataset: { key } },
    el("summary", {}, title),
    button,
    el("pre", { tabindex: "0", "aria-label": title }, coloured(text)),
  );
}
