// A listbox: options with an active one. Focus stays with its owner, which carries aria-activedescendant.

import { el, newId } from "./dom.js";

export class Listbox {
  constructor(owner, label, { multiple = false, onPick }) {
    this.owner = owner;
    this.onPick = onPick;
    this.items = [];
    this.active = -1;
    this.element = el("div", {
      role: "listbox",
      id: newId("listbox"),
      class: "listbox",
      "aria-label": label,
      "aria-multiselectable": multiple ? "true" : null,
    });
  }

  // An item is {label, value, description?, hint?, group?, selected?, disabled?}.
  show(items, active = 0) {
    this.items = items;
    this.options = items.map((item, index) => this.option(item, index));
    this.element.replaceChildren(...this.options.flatMap((option, index) => this.withGroup(option, index)));
    this.element.removeAttribute("aria-busy");
    this.activate(items.length ? active : -1);
  }

  say(note) {
    this.show([]);
    this.element.replaceChildren(el("div", { class: "note" }, note));
  }

  wait() {
    this.element.setAttribute("aria-busy", "true");
    this.owner.removeAttribute("aria-activedescendant");
  }

  withGroup(option, index) {
    const { group } = this.items[index];
    const begins = group && group !== this.items[index - 1]?.group;
    return begins ? [el("div", { class: "group", role: "presentation" }, group), option] : [option];
  }

  option(item, index) {
    return el(
      "div",
      {
        role: "option",
        id: newId("option"),
        class: "option",
        "aria-selected": String(Boolean(item.selected)),
        "aria-disabled": item.disabled ? "true" : null,
        onmousemove: () => this.active !== index && this.activate(index, false),
        onmousedown: (event) => event.preventDefault(),
        onclick: () => this.pick(index),
      },
      el("span", { class: "label" }, item.label, item.hint && el("span", { class: "hint" }, ` ${item.hint}`)),
      item.description && el("span", { class: "description" }, item.description),
    );
  }

  activate(index, scroll = true) {
    this.options?.[this.active]?.classList.remove("active");
    this.active = index;
    const option = this.options?.[index];
    if (!option) return this.owner.removeAttribute("aria-activedescendant");
    option.classList.add("active");
    this.owner.setAttribute("aria-activedescendant", option.id);
    if (scroll) option.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    const { length } = this.items;
    if (length) this.activate((this.active + step + length) % length);
  }

  pick(index = this.active) {
    const item = this.items[index];
    if (item && !item.disabled) this.onPick(item, index);
  }

  mark(index, selected) {
    this.items[index].selected = selected;
    this.options[index].setAttribute("aria-selected", String(selected));
  }
}
