// The message list: what is in it, where the reader stands in it, and what is new.

import { announce, el } from "./dom.js";
import { commandName, dayOf, drawMessage, excerpt } from "./message.js";
import { relative } from "./inline.js";
import { displayName, on, world } from "./world.js";

const GROUP_WITHIN = 7 * 60 * 1000;
const NEAR_BOTTOM = 60;
const TYPING_LASTS = 10_000;

const log = document.getElementById("log");
const scroller = document.getElementById("scroller");
const newer = document.getElementById("newer");
const typing = document.getElementById("typing");

const messages = new Map();
const failures = new Map();
const typists = new Map();
let stuck = true;
let lastTop = 0;
// What happens while the messages of a channel are on their way; null otherwise.
let held = null;

export function startChat() {
  scroller.addEventListener("scroll", noteScroll);
  newer.addEventListener("click", toBottom);
  new ResizeObserver(() => stuck && toBottom()).observe(log);
  new ResizeObserver(() => stuck && toBottom()).observe(scroller);
  log.addEventListener("keydown", moveBetween);
  on("message-failed", noteFailure);
  on("reply-shown", showMessage);
  on("modal-closed", keepFocus);
  setInterval(refreshRelative, 30_000);
}

export const messageOf = (id) => messages.get(id);

// Replaces everything, keeping the reader's place where the channel is the same.
export function showMessages(list, { keepPlace = false } = {}) {
  const place = scroller.scrollTop;
  messages.clear();
  log.replaceChildren();
  for (const message of list) messages.set(message.id, message);
  log.append(...list.map((message) => drawMessage(message, failures.get(message.id))));
  typists.clear();
  drawTyping();
  arrange();
  if (keepPlace && !stuck) scroller.scrollTop = place;
  else toBottom();
  const late = held || [];
  held = null;
  for (const happen of late) happen();
}

export function holdEvents() {
  held = [];
}

export function receive(message) {
  if (held) return held.push(() => receive(message));
  const before = messages.get(message.id);
  const isNew = !before;
  messages.set(message.id, message);
  stopTyping(message.author.id);
  if (isNew) add(message);
  else replace(message, before);
  arrange();
  if (stuck) toBottom();
  else if (isNew) newer.hidden = false;
  return null;
}

function add(message) {
  const article = drawMessage(message);
  const later = [...log.querySelectorAll("article")].find((each) => olderId(message.id, each.dataset.id));
  if (later) later.before(article);
  else log.append(article);
  if (message.author.id !== world.me.id) announce(`${displayName(message.author)}: ${excerpt(message, 200)}`);
}

// Identifiers grow with time and are too long for numbers. A row of this page's own has none.
function olderId(id, other) {
  return Boolean(other) && (id.length - other.length || (id < other ? -1 : 1)) < 0;
}

function replace(message, before) {
  failures.delete(message.id);
  const old = articleOf(message.id);
  const article = drawMessage(message);
  const focused = old.contains(document.activeElement) && document.activeElement;
  old.replaceWith(article);
  if (!focused) return;
  refocus(article, focused);
  // Who turned a page hears what it shows now.
  const said = excerpt(message, 200);
  if (said !== excerpt(before, 200)) announce(said);
}

// A turned page has other components: what had the focus is known by what it does, by its words, or by its number.
function refocus(article, focused) {
  const { component, press } = focused.dataset;
  const alike = [...article.querySelectorAll("[data-component]")].filter((each) => each.role === focused.role);
  const enabled = alike.filter((each) => !each.disabled);
  const same =
    component &&
    (alike.find((each) => each.dataset.press === press) ||
      enabled.find((each) => each.textContent === focused.textContent) ||
      enabled.find((each) => each.dataset.component === component));
  if (same?.disabled) keepFocusable(same);
  (same || article).focus({ preventScroll: true });
}

// The tab that was turned to is disabled, and a disabled button cannot have the focus.
function keepFocusable(button) {
  button.disabled = false;
  button.setAttribute("aria-disabled", "true");
}

// The button that opened a modal may have been redrawn meanwhile.
function keepFocus({ message }) {
  if (document.activeElement === document.body) articleOf(message)?.focus({ preventScroll: true });
}

export function remove(id) {
  if (held) return held.push(() => remove(id));
  const article = articleOf(id);
  messages.delete(id);
  failures.delete(id);
  if (!article) return null;
  const had = article.contains(document.activeElement);
  const articles = [...log.querySelectorAll("article")];
  const at = articles.indexOf(article);
  article.remove();
  arrange();
  // What was new may be in view now.
  const last = log.querySelector("article:last-of-type");
  if (!last || last.getBoundingClientRect().top < scroller.getBoundingClientRect().bottom) newer.hidden = true;
  if (had) (articles[at + 1] || articles[at - 1] || scroller).focus({ preventScroll: true });
  return null;
}

const articleOf = (id) => document.getElementById(`message-${id}`);

function noteFailure({ message, command, text }) {
  if (message && messages.get(message)?.sandbox?.failed) return;
  if (message && messages.has(message)) {
    failures.set(message, text);
    const article = articleOf(message);
    article.querySelector(".failed")?.remove();
    article.querySelector(".body").append(el("p", { class: "failed" }, text));
  } else if (command && !message) {
    log.append(failedCommand(command, text));
  }
  if (stuck) toBottom();
}

function failedCommand(command, text) {
  return el(
    "article",
    { class: "message begins local", tabindex: "-1", "aria-label": "A command that failed" },
    el(
      "div",
      { class: "context" },
      el("strong", {}, displayName(world.me)),
      " used ",
      el("span", { class: "mention" }, commandName(command)),
    ),
    el("div", { class: "body" }, el("p", { class: "failed" }, text)),
  );
}

// Days, groups of one author, and which message the Tab key reaches.
function arrange() {
  for (const divider of log.querySelectorAll(".day")) divider.remove();
  let before = null;
  for (const article of log.querySelectorAll("article[data-id]")) {
    const message = messages.get(article.dataset.id);
    const sameDay = before && dayOf(before) === dayOf(message);
    if (!sameDay) article.before(dayDivider(message));
    article.classList.toggle(
      "grouped",
      Boolean(sameDay) && !article.classList.contains("begins") && follows(before, message),
    );
    article.tabIndex = -1;
    before = message;
  }
  const last = log.querySelector("article:last-of-type");
  if (last) last.tabIndex = 0;
  log.classList.toggle("empty", !messages.size);
}

function follows(before, message) {
  const apart = new Date(message.timestamp) - new Date(before.timestamp);
  return before.author.id === message.author.id && apart < GROUP_WITHIN;
}

function dayDivider(message) {
  const name = new Date(message.timestamp).toLocaleDateString(undefined, { dateStyle: "long" });
  return el("div", { class: "day", role: "separator", "aria-label": name }, el("span", {}, name));
}

function moveBetween(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches("article")) return;
  const articles = [...log.querySelectorAll("article")];
  const next = articles[articles.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

// A picture that loads makes the end move away: only a reader who goes up lets go of it.
function noteScroll() {
  const { scrollHeight, scrollTop, clientHeight } = scroller;
  if (scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM) stuck = true;
  else if (scrollTop < lastTop) stuck = false;
  lastTop = scrollTop;
  if (stuck) newer.hidden = true;
}

export function toBottom() {
  scroller.scrollTop = scroller.scrollHeight;
  lastTop = scroller.scrollTop;
  stuck = true;
  newer.hidden = true;
}

export function showMessage(id) {
  const article = articleOf(id);
  if (!article) return announce("That message is not among the latest hundred");
  stuck = false;
  article.scrollIntoView({ block: "start" });
  article.classList.add("shown");
  article.focus({ preventScroll: true });
  return setTimeout(() => article.classList.remove("shown"), 2000);
}

export function startTyping(user) {
  stopTyping(user.id);
  typists.set(user.id, { user, timer: setTimeout(() => stopTyping(user.id), TYPING_LASTS) });
  drawTyping();
}

function stopTyping(id) {
  clearTimeout(typists.get(id)?.timer);
  if (typists.delete(id)) drawTyping();
}

function drawTyping() {
  const names = [...typists.values()].map(({ user }) => displayName(user));
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  const text = `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} typing…`;
  typing.replaceChildren(...(names.length ? [dots, el("span", {}, text)] : []));
}

function refreshRelative() {
  for (const stamp of log.querySelectorAll("time[data-relative]"))
    stamp.textContent = relative(new Date(stamp.dateTime));
}
