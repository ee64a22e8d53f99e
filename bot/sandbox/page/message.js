// One message as an article: who, when, what it answers, its content, and what became of it.

import { dismiss } from "./actions.js";
import { attachment } from "./media.js";
import { avatar, el } from "./dom.js";
import { draw } from "./components.js";
import { drawEmbed } from "./embed.js";
import { markup } from "./markup.js";
import { messageMenu, userMenu } from "./menus.js";
import { displayName, emit, localName, world } from "./world.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const COMPONENTS_V2 = 1 << 15;
const PINNED_NOTE = 6;

const has = (message, flag) => Boolean((message.flags || 0) & flag);

// `failure` is the text of an act on this message that failed in this page.
export function drawMessage(message, failure) {
  const article = el(
    "article",
    {
      id: `message-${message.id}`,
      class: "message",
      tabindex: "-1",
      "aria-labelledby": `author-${message.id}`,
      dataset: { id: message.id, author: message.author.id, day: dayOf(message) },
    },
    context(message),
    avatar(message.author, displayName(message.author)),
    head(message),
    el("div", { class: "body" }, body(message)),
    moreButton(message),
  );
  article.classList.toggle("ephemeral", has(message, EPHEMERAL));
  article.classList.toggle("mentions-me", mentionsMe(message));
  article.classList.toggle("begins", beginsGroup(message));
  const failed = message.sandbox?.failed || failure;
  if (failed) article.querySelector(".body").append(el("p", { class: "failed" }, failed));
  if (has(message, EPHEMERAL)) article.querySelector(".body").append(onlyYou(message));
  article.addEventListener("contextmenu", (event) => openMenu(event, message));
  return article;
}

export const dayOf = (message) => new Date(message.timestamp).toDateString();

function beginsGroup(message) {
  return Boolean(
    message.referenced_message || message.message_reference || message.sandbox?.command || has(message, EPHEMERAL),
  );
}

function mentionsMe(message) {
  return message.mention_everyone || new RegExp(`<@!?${world.me.id}>`).test(message.content || "");
}

function context(message) {
  if (message.message_reference || message.referenced_message) return replyLine(message);
  const used = message.sandbox?.command;
  const user = message.interaction_metadata?.user;
  if (!used || !user) return null;
  return el(
    "div",
    { class: "context" },
    el("span", { class: "spine", "aria-hidden": "true" }),
    el("strong", {}, displayName(user)),
    " used ",
    el("span", { class: "mention" }, commandName(used)),
  );
}

export function commandName(name) {
  const [first, ...more] = name.split(" ");
  const isMeant = (command) => [command.name, localName(command)].some((each) => each === name || each === first);
  const known = world.commands.find(isMeant);
  if (!known) return name;
  return (known.type || 1) === 1 ? `/${[localName(known), ...more].join(" ")}` : localName(known);
}

function replyLine(message) {
  const original = message.referenced_message;
  const spine = el("span", { class: "spine", "aria-hidden": "true" });
  if (!original) return el("div", { class: "context" }, spine, el("em", {}, missing(message)));
  return el(
    "div",
    { class: "context" },
    spine,
    el("span", { class: "unseen" }, "In reply to "),
    el("strong", {}, displayName(original.author)),
    el(
      "button",
      { type: "button", class: "excerpt", onclick: () => emit("reply-shown", original.id) },
      excerpt(original),
    ),
  );
}

// What answers a press may answer what only one person sees.
const missing = (message) =>
  message.interaction_metadata ? "The original message could not be loaded" : "The original message was deleted";

function head(message) {
  const date = new Date(message.timestamp);
  const name = el("button", { type: "button", class: "author", "aria-haspopup": "menu" }, displayName(message.author));
  name.addEventListener("click", () => userMenu(name, message.author));
  return el(
    "div",
    { class: "head" },
    el(
      "h2",
      { id: `author-${message.id}` },
      name,
      message.author.bot && el("span", { class: "badge" }, "APP"),
      el("span", { class: "unseen" }, `, ${clock(date)}`),
    ),
    el("time", { datetime: message.timestamp, title: date.toLocaleString(), "aria-hidden": "true" }, clock(date)),
    message.pinned && el("span", { class: "pin" }, "📌 Pinned"),
  );
}

const clock = (date) => date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });

function body(message) {
  const everyone = message.mention_everyone;
  const parts = [];
  if (has(message, LOADING)) parts.push(thinking(message.author));
  if (message.type === PINNED_NOTE) parts.push(el("p", { class: "system" }, "pinned a message to this channel."));
  if (message.content) parts.push(markup(message.content, { everyone }));
  parts.push(...(message.embeds || []).map((embed) => drawEmbed(embed)));
  // With version 2, a file is shown only where a component names it.
  if (!has(message, COMPONENTS_V2)) parts.push(...(message.attachments || []).map(attachment));
  parts.push(...(message.components || []).map((component) => draw(component, message)));
  if (message.edited_timestamp) parts.push(edited(message.edited_timestamp));
  return parts;
}

function edited(timestamp) {
  return el("small", { class: "edited", title: new Date(timestamp).toLocaleString() }, "(edited)");
}

function thinking(author) {
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  return el("p", { class: "thinking" }, dots, ` ${displayName(author)} is thinking…`);
}

function onlyYou(message) {
  return el(
    "p",
    { class: "only-you" },
    el("span", { "aria-hidden": "true" }, "👁 "),
    "Only you can see this · ",
    el("button", { type: "button", class: "as-link", onclick: () => dismiss(message) }, "Dismiss message"),
  );
}

function moreButton(message) {
  const button = el("button", { type: "button", class: "more", "aria-haspopup": "menu", "aria-label": "More" }, "⋯");
  button.addEventListener("click", () => messageMenu(button, message));
  return button;
}

// The keyboard's context menu key comes without a place: the menu then opens at what has the focus.
function openMenu(event, message) {
  if (event.target.closest("a[href], input, textarea") && !isKeyboard(event)) return;
  event.preventDefault();
  const author = event.target.closest(".author, .avatar");
  const anchor = isKeyboard(event) ? event.target : { x: event.clientX, y: event.clientY };
  if (author) userMenu(anchor, message.author);
  else messageMenu(anchor, message);
}

const isKeyboard = (event) => event.button !== 2 && (event.pointerType === "" || event.pointerType === undefined);

// The words of a message, for copying, excerpts and announcements.
export function plainText(message) {
  const texts = [message.content, ...(message.embeds || []).flatMap((embed) => [embed.title, embed.description])];
  const walk = (component) => {
    if (component.content) texts.push(component.content);
    for (const child of component.components || []) walk(child);
  };
  for (const component of message.components || []) walk(component);
  return texts.filter(Boolean).join("\n");
}

export function excerpt(message, length = 90) {
  const lines = plainText(message)
    .split("\n")
    .map((line) => markup(line).textContent.trim());
  const text = lines.filter(Boolean).join(" · ");
  if (!text) return message.attachments?.length ? "An attachment" : "A message without text";
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
