// The message box while it holds a command: its options as labelled fields.

import { el } from "./dom.js";
import { OptionField } from "./option_field.js";
import { wrapped } from "./commands.js";
import { localDescription, localName } from "./world.js";

export class CommandForm {
  // onSend(form, options) and onLeave(); `text` fills the first option.
  constructor(command, { onSend, onLeave, text }) {
    Object.assign(this, { command, onSend, onLeave });
    this.fields = [];
    this.row = el("div", { class: "options" });
    this.extras = el("div", { class: "extras" });
    this.element = el(
      "form",
      { class: "command", autocomplete: "off", "aria-label": `Command /${command.name}`, novalidate: true },
      el(
        "div",
        { class: "options-row" },
        el("span", { class: "command-name", title: command.description }, `/${command.name}`),
        this.row,
        this.extras,
      ),
      el("button", { type: "button", class: "leave", "aria-label": "Leave the command", onclick: onLeave }, "×"),
      el("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤"),
    );
    for (const option of command.options.filter((each) => each.required)) this.add(option);
    if (text) this.fillFirst(text);
    this.drawExtras();
    this.element.addEventListener("submit", (event) => this.submit(event));
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  add(option) {
    const field = new OptionField(option, (focused) => this.options(focused), this.command);
    this.fields.push(field);
    this.row.append(field.element);
    return field;
  }

  fillFirst(text) {
    const [first] = this.fields.length
      ? this.fields
      : this.command.options.slice(0, 1).map((option) => this.add(option));
    first?.fill(text);
  }

  get unused() {
    return this.command.options.filter((option) => !this.fields.some((field) => field.option === option));
  }

  drawExtras() {
    const { unused } = this;
    this.extras.replaceChildren(
      ...(unused.length ? [el("span", { class: "count" }, `+${unused.length} optional`)] : []),
      ...unused.map((option) =>
        el(
          "button",
          {
            type: "button",
            class: "extra",
            title: localDescription(option),
            "aria-label": `Add ${localName(option)}`,
            onclick: () => this.use(option),
          },
          `+ ${localName(option)}`,
        ),
      ),
    );
  }

  use(option) {
    this.add(option).focus();
    this.drawExtras();
  }

  drop(field) {
    const at = this.fields.indexOf(field);
    this.fields.splice(at, 1);
    field.element.remove();
    this.drawExtras();
    const next = this.fields[at - 1] || this.fields[0];
    if (next) next.focus();
    else this.focus();
  }

  focus() {
    const empty = this.fields.find((field) => field.isEmpty) || this.fields.at(-1);
    if (empty) empty.focus();
    else this.element.querySelector(".send").focus();
  }

  // Values as Discord sends them; `focused` is the option one is typing in.
  options(focused = null) {
    const values = this.fields
      .filter((field) => field === focused || !field.isEmpty)
      .map((field) => (field === focused ? field.unfinished() : field.value()));
    return wrapped(this.command.path, values.filter(Boolean));
  }

  submit(event) {
    event.preventDefault();
    const wrong = this.fields.filter((field) => field.check());
    if (wrong.length) return wrong[0].focus();
    return this.onSend(this, this.options());
  }

  key(event) {
    const at = this.fields.findIndex((each) => each.input === event.target);
    if (event.key === "Enter" && at >= 0) return this.take(event, () => this.element.requestSubmit());
    if (event.key === "Escape") return this.take(event, this.onLeave);
    const isBack = event.key === "Backspace" && (at < 0 || this.fields[at].isEmpty);
    if (isBack) return this.take(event, () => this.back(at));
    // Who goes on typing after a command means its first option; the letter is written there.
    const isTyped = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isTyped && !this.fields.length && this.unused.length) this.use(this.unused[0]);
    return null;
  }

  back(at) {
    const field = this.fields[at];
    if (field && !field.option.required) this.drop(field);
    else if (at > 0) this.fields[at - 1].focus();
    else this.onLeave();
  }

  take(event, action) {
    event.preventDefault();
    action();
  }
}
