// Servers, channels, the direct message with the bot, and who one is.

import { el, initials } from "./dom.js";
import { channelSign, displayName, serverOf, world } from "./world.js";

const servers = document.getElementById("servers");
const list = document.getElementById("channels");
const person = document.getElementById("person");
const sidebar = document.getElementById("sidebar");
const drawer = document.getElementById("drawer");
const shade = document.getElementById("shade");
const chat = document.getElementById("chat");

const unread = new Set();
let actions;

// `given`: {go(channel), be(person)}.
export function startSidebar(given) {
  actions = given;
  person.addEventListener("change", () => actions.be(person.value));
  drawer.addEventListener("click", () => setDrawer(!isOpen()));
  shade.addEventListener("click", () => setDrawer(false));
  addEventListener("keydown", (event) => event.key === "Escape" && isOpen() && setDrawer(false));
}

const isOpen = () => sidebar.classList.contains("open");

function setDrawer(open) {
  const was = isOpen();
  sidebar.classList.toggle("open", open);
  shade.hidden = !open;
  chat.inert = open;
  drawer.setAttribute("aria-expanded", String(open));
  if (open) sidebar.querySelector("button").focus();
  else if (was) drawer.focus();
}

export function markUnread(channel) {
  if (channel === world.channel) return;
  unread.add(channel);
  drawSidebar();
}

export function drawSidebar() {
  unread.delete(world.channel);
  const focused = sidebar.contains(document.activeElement) && document.activeElement.dataset.key;
  servers.replaceChildren(directRound(), ...world.servers.map(serverRound));
  list.replaceChildren(...places());
  person.replaceChildren(
    ...world.people.map((each) =>
      el("option", { value: each.id, selected: each.id === world.me.id }, displayName(each)),
    ),
  );
  if (focused) sidebar.querySelector(`[data-key="${focused}"]`)?.focus();
}

function open(channel) {
  setDrawer(false);
  actions.go(channel);
}

function directRound() {
  return round("✉", "Direct messages", world.channel === world.direct, [world.direct], () => actions.go(world.direct));
}

function serverRound(server) {
  const ids = server.channels.map((channel) => channel.id);
  return round(initials(server.name), server.name, ids.includes(world.channel), ids, () => actions.go(ids[0]));
}

function round(sign, name, current, ids, go) {
  const isNew = ids.some((id) => unread.has(id));
  return el(
    "button",
    {
      type: "button",
      class: isNew ? "round unread" : "round",
      title: name,
      "aria-label": isNew ? `${name}, new messages` : name,
      "aria-current": current ? "true" : null,
      dataset: { key: `round-${name}` },
      onclick: go,
    },
    sign,
  );
}

function places() {
  const server = serverOf(world.channel);
  if (!server) return [el("h2", {}, "Direct messages"), el("ul", {}, directEntry())];
  return [el("h2", {}, server.name), el("ul", {}, server.channels.map(channelEntry))];
}

function directEntry() {
  const { online } = world.bot;
  const name = displayName(world.bot);
  const state = el("span", { class: online ? "state online" : "state" }, online ? "online" : "offline");
  return entry(world.direct, `${name}, ${online ? "online" : "offline"}`, [el("span", { class: "name" }, name), state]);
}

function channelEntry(channel) {
  return entry(channel.id, channel.name, [
    el("span", { class: "sign", "aria-hidden": "true" }, channelSign(channel)),
    el("span", { class: "name" }, channel.name),
  ]);
}

function entry(id, label, content) {
  const isNew = unread.has(id);
  return el(
    "li",
    {},
    el(
      "button",
      {
        type: "button",
        class: isNew ? "channel unread" : "channel",
        "aria-label": isNew ? `${label}, new messages` : label,
        "aria-current": id === world.channel ? "page" : null,
        dataset: { key: `channel-${id}` },
        onclick: () => open(id),
      },
      content,
    ),
  );
}
