// Discord's select menus (strings, users, roles, both, channels), in messages and in modals.

import { el } from "./dom.js";
import { Listbox } from "./listbox.js";
import { openPopup } from "./popup.js";
import { channelSign, displayName, everyone, roles, serverOf, world } from "./world.js";

const STRING = 3,
  USER = 5,
  ROLE = 6,
  MENTIONABLE = 7,
  CHANNEL = 8;

const people = () =>
  everyone().map((user) => ({ value: user.id, label: displayName(user), description: `@${user.username}` }));
const roleItems = () => roles().map((role) => ({ value: role.id, label: `@${role.name}` }));
const channelItems = (types) =>
  (serverOf(world.channel)?.channels || [])
    .filter((channel) => !types?.length || types.includes(channel.type))
    .map((channel) => ({ value: channel.id, label: `${channelSign(channel)}${channel.name}` }));

const CHOICES = {
  [USER]: people,
  [ROLE]: roleItems,
  [MENTIONABLE]: () => [...people(), ...roleItems()],
  [CHANNEL]: channelItems,
};

// `types`: of which channels are offered, where not all are.
export const entities = (type, types) => CHOICES[type](types);

function itemsOf(component) {
  if (component.type !== STRING) {
    const chosen = new Set((component.default_values || []).map((each) => each.id));
    const offered = entities(component.type, component.channel_types);
    return offered.map((item) => ({ ...item, selected: chosen.has(item.value) }));
  }
  return component.options.map((option) => ({
    value: option.value,
    label: [option.emoji && !option.emoji.id ? option.emoji.name : null, option.label].filter(Boolean).join(" "),
    description: option.description,
    selected: Boolean(option.default),
  }));
}

export class SelectMenu {
  // `optional`: whether nothing may be chosen, whatever the component's least number is.
  constructor(component, label, { onCommit, optional = false } = {}) {
    this.items = itemsOf(component);
    this.placeholder = component.placeholder || "Make a selection";
    this.least = component.min_values ?? 1;
    this.most = component.max_values ?? 1;
    this.clearable = (optional || this.least === 0) && !component.disabled;
    this.onCommit = onCommit;
    this.label = label;
    this.button = this.makeButton(component);
    this.eraser = this.makeEraser();
    this.element = el("div", { class: "select" }, this.button, this.eraser);
    this.list = new Listbox(this.button, label, {
      multiple: this.many,
      onPick: (item, index) => this.toggle(item, index),
    });
    this.reflect();
  }

  get many() {
    return this.most > 1;
  }

  get values() {
    return this.items.filter((item) => item.selected).map((item) => item.value);
  }

  makeButton(component) {
    const button = el("button", {
      type: "button",
      class: "select-button",
      role: "combobox",
      "aria-haspopup": "listbox",
      "aria-label": this.label,
      onclick: () => (this.isOpen ? this.finish() : this.open()),
      onkeydown: (event) => this.key(event),
      onblur: () => this.isOpen && this.finish(),
    });
    button.disabled = Boolean(component.disabled);
    return button;
  }

  makeEraser() {
    const props = { type: "button", class: "eraser", "aria-label": `Clear ${this.label}`, onclick: () => this.clear() };
    return el("button", props, el("span", { "aria-hidden": "true" }, "✕"));
  }

  get isOpen() {
    return Boolean(this.closePopup);
  }

  open() {
    this.before = this.values.join("\n");
    const first = Math.max(
      0,
      this.items.findIndex((item) => item.selected),
    );
    this.list.show(this.items, first);
    if (!this.items.length) this.list.say("Nothing to choose from here");
    this.closePopup = openPopup(this.button, this.list.element, { width: 0, onOutside: () => this.finish() });
    this.button.setAttribute("aria-controls", this.list.element.id);
    this.list.activate(this.list.active);
    this.reflect();
  }

  // Like Discord, several choices are sent when the menu closes.
  finish() {
    if (!this.isOpen) return;
    this.shut();
    const { values } = this;
    if (values.join("\n") !== this.before && values.length >= this.least) this.onCommit?.(values);
  }

  shut() {
    this.closePopup();
    this.closePopup = null;
    this.button.removeAttribute("aria-activedescendant");
    this.button.removeAttribute("aria-controls");
    this.reflect();
  }

  toggle(item, index) {
    if (!this.many) return this.choose(item.selected && this.clearable ? null : item);
    if (!item.selected && this.values.length >= this.most) this.makeRoom();
    this.list.mark(index, !item.selected);
    return this.reflect();
  }

  makeRoom() {
    const last = this.items.findLastIndex((item) => item.selected);
    this.list.mark(last, false);
  }

  // One item and no other, or none, which is sent at once.
  choose(item) {
    for (const each of this.items) each.selected = each === item;
    if (this.isOpen) this.shut();
    this.reflect();
    this.onCommit?.(this.values);
  }

  // The button for it goes away with what was chosen, and the focus must not.
  clear() {
    if (this.button.getAttribute("aria-busy")) return;
    this.button.focus();
    this.choose(null);
  }

  reflect() {
    const chosen = this.items.filter((item) => item.selected).map((item) => item.label);
    const limits = this.many ? ` (${this.least} to ${this.most})` : "";
    this.button.setAttribute("aria-expanded", String(this.isOpen));
    this.button.classList.toggle("empty", !chosen.length);
    this.eraser.hidden = !this.clearable || !chosen.length;
    this.button.replaceChildren(
      el("span", { class: "chosen" }, chosen.join(", ") || this.placeholder + limits),
      el("span", { class: "chevron", "aria-hidden": "true" }, "▾"),
    );
  }

  key(event) {
    if (!this.isOpen)
      return event.key === "ArrowDown" || event.key === "ArrowUp" ? this.handled(event, () => this.open()) : null;
    const actions = {
      ArrowDown: () => this.list.move(1),
      ArrowUp: () => this.list.move(-1),
      Home: () => this.list.activate(0),
      End: () => this.list.activate(this.items.length - 1),
      Enter: () => this.list.pick(),
      " ": () => this.list.pick(),
      Escape: () => this.finish(),
    };
    if (actions[event.key]) return this.handled(event, actions[event.key]);
    return event.key.length === 1 && !event.ctrlKey && !event.metaKey ? this.seek(event.key) : null;
  }

  handled(event, action) {
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  seek(letter) {
    const { length } = this.items;
    for (let step = 1; step <= length; step += 1) {
      const index = (this.list.active + step) % length;
      const start = this.items[index].label.replace(/^\W+/, "").toLowerCase();
      if (start.startsWith(letter.toLowerCase())) return this.list.activate(index);
    }
    return null;
  }
}
