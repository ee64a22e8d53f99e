// The page: where one is, what happens, and the parts that show it.

import { getCommands, getMessages, getState, listen } from "./api.js";
import { announce, el } from "./dom.js";
import { markUnread, drawSidebar, startSidebar } from "./sidebar.js";
import { holdEvents, messageOf, receive, remove, showMessage, showMessages, startChat, startTyping } from "./chat.js";
import { composeHere, startComposer } from "./composer.js";
import { inspected, startInspector } from "./inspector.js";
import { channels, displayName, emit, on, placeName, serverOf, world } from "./world.js";

const notices = document.getElementById("notices");
const presence = document.getElementById("presence");

const MY_DIRECT = "@me";

let stream = null;
let lost = false;
let turn = 0;

function place() {
  const [, channel, query] = /^#\/([^?]*)\??(.*)$/.exec(location.hash) || [null, "", ""];
  return { channel, as: new URLSearchParams(query).get("as") || "" };
}

function go(channel, as = world.me.id) {
  const hash = `#/${channel}?as=${as}`;
  if (location.hash !== hash) location.hash = hash;
}

// A direct channel belongs to one person: whoever one becomes has their own.
const be = (person) => go(world.channel === world.direct ? MY_DIRECT : world.channel, person);

async function arrive() {
  const wanted = place();
  if (!world.me || (wanted.as && wanted.as !== world.me.id)) return load(wanted);
  if (wanted.channel && wanted.channel !== world.channel) return enter(wanted.channel);
  return null;
}

async function load({ as, channel }) {
  turn += 1;
  const mine = turn;
  try {
    const state = await getState(as);
    if (mine !== turn) return;
    const isOther = world.me?.id !== state.me.id;
    Object.assign(world, state);
    if (isOther) {
      emit("somebody-else");
      announce("");
      await follow();
      // What happened before the stream was open is in no event.
      const caughtUp = await getState(as);
      if (mine !== turn) return;
      Object.assign(world, caughtUp);
    }
    await enter(knownChannel(channel) || knownChannel(world.open?.channel) || channels()[0]?.id || world.direct);
    if (!channel && messageOf(world.open?.message)) showMessage(world.open.message);
  } catch (error) {
    showTrouble(error);
  }
}

function knownChannel(id) {
  if (id === MY_DIRECT || id === world.direct) return world.direct;
  return serverOf(id) ? id : null;
}

async function enter(channel, { keepPlace = false } = {}) {
  const known = knownChannel(channel) || world.direct;
  world.channel = known;
  history.replaceState(null, "", `#/${known}?as=${world.me.id}`);
  drawPlace();
  drawNotices();
  composeHere({ keepText: keepPlace });
  holdEvents();
  const me = world.me.id;
  try {
    const [messages, commands] = await Promise.all([getMessages(me, known), getCommands(me, known)]);
    if (world.channel !== known || world.me.id !== me) return;
    world.commands = commands;
    showMessages(messages, { keepPlace });
  } catch (error) {
    showMessages([]);
    showTrouble(error);
  }
}

function drawPlace() {
  const channel = channels().find((each) => each.id === world.channel);
  const name = placeName(world.channel);
  document.getElementById("channel-name").textContent = name;
  document.getElementById("topic").textContent = channel?.topic || "";
  document.title = `${name} · Briefbot sandbox`;
  drawPresence();
}

function drawPresence() {
  const { online } = world.bot;
  presence.className = online ? "online" : "offline";
  presence.textContent = `${displayName(world.bot)} is ${online ? "online" : "offline"}`;
  drawSidebar();
}

const LOST = {
  kind: "error",
  text: "The sandbox cannot be reached; the page tries again by itself. Is it still running?",
};

function drawNotices() {
  const shown = lost ? [LOST, ...world.notices] : world.notices;
  notices.replaceChildren(...shown.map(notice));
}

const HAS_PLACE = /\S+:\d+:\d+/;

function notice({ kind, text }) {
  const words = kind === "error" ? "Error" : "Note";
  const isCode = HAS_PLACE.test(text) || text.includes("\n");
  return el(
    "div",
    { class: `notice ${kind}` },
    el("strong", {}, words),
    el("div", { class: isCode ? "mono" : "" }, text),
  );
}

function showTrouble(error) {
  document.getElementById("channel-name").textContent ||= "Sandbox";
  // While nothing can be reached that is what is wrong, and the page tries again by itself.
  if (lost) return drawNotices();
  return notices.replaceChildren(notice({ kind: "error", text: `${error.message}. Reload the page to try again.` }));
}

function follow() {
  stream?.stop();
  lost = false;
  const me = world.me.id;
  stream = listen(me, {
    onEvent: happened,
    onLoss: () => {
      lost = true;
      drawNotices();
    },
    onReturn: () => {
      lost = false;
      refresh(me);
    },
    onRefusal: () => refresh(me),
  });
  return stream.ready;
}

async function learnCommands() {
  const { me, channel } = world;
  try {
    const commands = await getCommands(me.id, channel);
    if (world.me.id === me.id && world.channel === channel) world.commands = commands;
  } catch (error) {
    showTrouble(error);
  }
}

async function refresh(me) {
  try {
    const state = await getState(me);
    if (world.me.id !== me) return null;
    if (state.me.id !== me) return load({ as: "", channel: "" });
    Object.assign(world, state);
    return await enter(world.channel, { keepPlace: true });
  } catch (error) {
    return showTrouble(error);
  }
}

const HAPPENINGS = {
  message({ message }) {
    if (message.channel_id !== world.channel) return markUnread(message.channel_id);
    receive(message);
    return inspected(message);
  },
  gone({ channel, id }) {
    if (channel === world.channel) remove(id);
  },
  typing({ channel, user }) {
    if (channel === world.channel && user.id !== world.me.id) startTyping(user);
  },
  bot({ online }) {
    world.bot.online = online;
    drawPresence();
  },
  commands: learnCommands,
  places: () => refresh(world.me.id),
  notices({ notices: list }) {
    world.notices = list;
    drawNotices();
  },
  async show({ channel, message }) {
    if (!knownChannel(channel)) return;
    if (channel !== world.channel || !messageOf(message)) await enter(channel);
    showMessage(message);
  },
};

function happened(event) {
  HAPPENINGS[event.type]?.(event);
  inspected(null);
}

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.querySelector("#composer :is(textarea, input, button)")?.focus();
});

on("jump", HAPPENINGS.show);
startSidebar({ go, be });
startChat();
startComposer();
startInspector();
addEventListener("hashchange", arrive);
arrive();
