// The message box: plain messages, `@` for mentions, `/` for commands.

import { perform, say } from "./actions.js";
import { Combobox } from "./combobox.js";
import { CommandForm } from "./command_form.js";
import { slashCommands } from "./commands.js";
import { el } from "./dom.js";
import { toBottom } from "./chat.js";
import { channelName, displayName, everyone, localName, on, world } from "./world.js";

const MAX_CONTENT = 2000;
const MENTIONED = /(?:^|\s)@([^@\n]{0,32})$/;

const place = document.getElementById("composer");
let box;
let frame;
let form = null;
let trouble;

export function startComposer() {
  box = el("textarea", {
    id: "message-box",
    rows: "1",
    maxlength: MAX_CONTENT,
    "aria-label": "Message or command",
    "aria-describedby": "composer-trouble",
  });
  frame = el(
    "div",
    { class: "box" },
    box,
    el("button", { type: "button", class: "send", "aria-label": "Send", onclick: sendMessage }, "➤"),
  );
  trouble = el("p", { id: "composer-trouble", class: "trouble", role: "alert" });
  box.addEventListener("input", typed);
  // The list's own keys come first: they stop the event.
  new Combobox(box, {
    label: "Suggestions",
    find: suggest,
    pick: (item) => item.take(),
    anchor: frame,
    onFocus: false,
  });
  box.addEventListener("keydown", send);
  on("mention", (user) => mention(displayName(user)));
  showBox();
}

export function composeHere({ keepText }) {
  const name = world.channel === world.direct ? displayName(world.bot) : `#${channelName(world.channel)}`;
  box.placeholder = `Message ${name}, or type /`;
  if (keepText) return;
  box.value = "";
  grow();
  if (form) showBox();
}

function showBox({ focus = false } = {}) {
  form = null;
  trouble.textContent = "";
  place.replaceChildren(frame, trouble);
  grow();
  if (focus) box.focus();
}

function grow() {
  box.style.height = "auto";
  if (box.scrollHeight) box.style.height = `${box.scrollHeight + 2}px`;
}

// A whole command that was typed or pasted becomes its form, the rest its first option.
function typed() {
  trouble.textContent = "";
  grow();
  const exact = slashCommands().find((command) => box.value.startsWith(`/${command.name} `));
  if (exact) begin(exact, box.value.slice(exact.name.length + 2).trimStart());
}

function suggest(text) {
  if (/^\/\S*$/.test(text) || (text.startsWith("/") && matching(text).length)) return matching(text);
  const before = text.slice(0, box.selectionStart);
  const word = MENTIONED.exec(before)?.[1];
  return word === undefined ? null : mentions(word);
}

function matching(text) {
  const wanted = text.slice(1).toLowerCase();
  const found = slashCommands().filter((command) => command.name.includes(wanted));
  found.sort((one, other) => other.name.startsWith(wanted) - one.name.startsWith(wanted));
  if (!found.length && !text.includes(" ")) return "No command has this name; it would be sent as a message";
  return found.map((command) => ({
    label: `/${command.name}`,
    hint: command.options.map(localName).join(" "),
    description: command.description,
    take: () => begin(command),
  }));
}

function mentions(word) {
  const found = everyone().filter((user) => displayName(user).toLowerCase().startsWith(word.toLowerCase()));
  if (!found.length) return null;
  return found.map((user) => ({
    label: `@${displayName(user)}`,
    description: user.username,
    take: () => complete(word, displayName(user)),
  }));
}

function complete(word, name) {
  const end = box.selectionStart;
  const start = end - word.length - 1;
  box.setRangeText(`@${name} `, start, end, "end");
  grow();
}

function mention(name) {
  if (form) return;
  box.focus();
  box.setRangeText(`@${name} `, box.selectionStart, box.selectionEnd, "end");
  grow();
}

function send(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendMessage();
}

async function sendMessage() {
  const content = box.value.trim();
  if (!content) return box.focus();
  box.value = "";
  box.dispatchEvent(new Event("input"));
  toBottom();
  box.focus();
  const result = await say(withMentions(content));
  if (result.outcome !== "refused") return null;
  if (!box.value && !form) box.value = content;
  trouble.textContent = result.error;
  return grow();
}

// Longer names first: «@Ada Lovelace» is not «@Ada».
function withMentions(text) {
  const users = everyone().sort((one, other) => displayName(other).length - displayName(one).length);
  return users.reduce((done, user) => done.replaceAll(mentionOf(displayName(user)), `<@${user.id}>`), text);
}

function mentionOf(name) {
  return new RegExp(`(?<![\\w<])@${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?!\\w)`, "gi");
}

function begin(command, text = "") {
  box.value = "";
  trouble.textContent = "";
  open(new CommandForm(command, { onSend: sendCommand, onLeave: leave, text }));
}

function open(next) {
  form = next;
  place.replaceChildren(form.element, trouble);
  form.focus();
}

function leave() {
  showBox({ focus: true });
}

async function sendCommand(sent, options) {
  showBox({ focus: true });
  toBottom();
  const act = { do: "slash", channel: world.channel, command: sent.command.id, options };
  const result = await perform(act, { command: sent.command.name });
  if (result.outcome !== "refused") return;
  if (!box.value && !form) open(sent);
  trouble.textContent = result.error;
}
