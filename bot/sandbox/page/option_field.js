// One option of a slash command: a chip with its name and a field for its value.

import { act } from "./api.js";
import { Combobox } from "./combobox.js";
import { el, newId, readFile } from "./dom.js";
import { entities } from "./select.js";
import { localDescription, localName, world } from "./world.js";

const STRING = 3,
  INTEGER = 4,
  BOOLEAN = 5,
  USER = 6,
  CHANNEL = 7,
  ROLE = 8,
  MENTIONABLE = 9,
  NUMBER = 10,
  ATTACHMENT = 11;

const MAX_CHOICES = 25;
// What stands before the name of a person, a role or a channel.
const SIGN = /^(@|#|🔊|📣)/u;
// Discord numbers the select menus otherwise than the options.
const SELECT_OF = { [USER]: 5, [ROLE]: 6, [MENTIONABLE]: 7, [CHANNEL]: 8 };
const TRUTHS = [
  { label: "True", value: true },
  { label: "False", value: false },
];

export class OptionField {
  // options(field) gives the command's values so far, with this field as the focused one.
  constructor(option, options, command) {
    Object.assign(this, { option, options, command });
    this.chosen = null;
    this.file = null;
    this.input = option.type === ATTACHMENT ? this.fileInput() : this.textInput();
    this.trouble = el("span", { class: "trouble", id: newId("trouble"), role: "alert" });
    this.input.setAttribute("aria-describedby", this.trouble.id);
    this.element = el(
      "div",
      { class: "option-field", title: localDescription(option) },
      el("label", { for: this.input.id }, localName(option)),
      this.input,
      this.trouble,
    );
  }

  fileInput() {
    const input = el("input", { type: "file", id: newId("option") });
    input.addEventListener("change", async () => {
      this.chosen = null;
      if (input.files[0]) this.chosen = { value: await readFile(input.files[0]) };
    });
    return input;
  }

  textInput() {
    const { option } = this;
    const offers = option.autocomplete || this.closed;
    const input = el("input", {
      type: "text",
      id: newId("option"),
      role: offers ? "combobox" : null,
      placeholder: localDescription(option),
      "aria-required": option.required ? "true" : null,
      inputmode: option.type === INTEGER ? "numeric" : option.type === NUMBER ? "decimal" : null,
      autocomplete: "off",
      spellcheck: "false",
    });
    input.addEventListener("input", () => {
      this.chosen = null;
      this.trouble.textContent = "";
    });
    if (offers) {
      const find = option.autocomplete ? () => this.ask() : (text) => this.filter(text);
      new Combobox(input, { label: `Choices for ${localName(option)}`, find, pick: (item) => this.take(item) });
    }
    return input;
  }

  // The values one may give, where only these may be given.
  get closed() {
    const { option } = this;
    if (option.choices?.length) return option.choices.map(({ name, value }) => ({ label: name, value }));
    if (option.type === BOOLEAN) return TRUTHS;
    return SELECT_OF[option.type] ? entities(SELECT_OF[option.type], option.channel_types) : null;
  }

  filter(text) {
    const wanted = this.chosen ? "" : text.trim().toLowerCase();
    const found = this.closed.filter((item) => item.label.toLowerCase().includes(wanted));
    return found.length ? found.slice(0, MAX_CHOICES) : "None of the choices has this name";
  }

  async ask() {
    const what = { do: "type_ahead", channel: world.channel, command: this.command.id, options: this.options(this) };
    const answer = await act({ as: world.me.id, ...what });
    if (answer.outcome !== "choices") return answer.error || "The application did not answer with choices";
    const items = (answer.choices || []).map(({ name, value }) => ({ label: name, value }));
    return items.length ? items : "No choices; what you typed can be sent as it is";
  }

  take(item) {
    this.input.value = item.label;
    this.chosen = item;
    this.trouble.textContent = "";
  }

  fill(text) {
    if (this.option.type !== ATTACHMENT) this.input.value = text;
  }

  focus() {
    this.input.focus();
  }

  get isEmpty() {
    return !this.input.value;
  }

  unfinished() {
    const { name, type } = this.option;
    return { name, type, value: this.input.value, focused: true };
  }

  value() {
    const { name, type } = this.option;
    const value = this.read();
    return value === null ? null : { name, type, value };
  }

  // The typed or chosen value; null where there is none that Discord would take.
  read() {
    if (this.chosen) return this.chosen.value;
    const text = this.input.value;
    const named = this.closed?.find(
      (item) => item.label.replace(SIGN, "").toLowerCase() === text.trim().replace(SIGN, "").toLowerCase(),
    );
    if (this.closed) return named ? named.value : null;
    if (this.option.type === INTEGER) return /^-?\d+$/.test(text.trim()) ? Number(text) : null;
    if (this.option.type === NUMBER) return text.trim() && Number.isFinite(Number(text)) ? Number(text) : null;
    return this.option.type === STRING ? text : null;
  }

  // Says what is wrong beside the field, and gives it back.
  check() {
    this.trouble.textContent = this.problem();
    this.input.setAttribute("aria-invalid", String(Boolean(this.trouble.textContent)));
    return this.trouble.textContent;
  }

  problem() {
    const { option } = this;
    if (this.isEmpty) return option.required ? "Fill this in" : "";
    const value = this.read();
    if (value === null) return WANTED[option.type] || "Choose one from the list";
    if (option.type === STRING) return lengthProblem(String(value), option);
    return typeof value === "number" ? rangeProblem(value, option) : "";
  }
}

const WANTED = {
  [INTEGER]: "Write a whole number",
  [NUMBER]: "Write a number",
  [ATTACHMENT]: "The file is still being read: try again",
};

function lengthProblem(text, { min_length: least, max_length: most, choices }) {
  if (choices?.length) return "";
  if (least != null && text.length < least) return `At least ${least} characters, please`;
  return most != null && text.length > most ? `At most ${most} characters: ${text.length - most} too many` : "";
}

function rangeProblem(value, { min_value: least, max_value: most }) {
  if (least != null && value < least) return `At least ${least}, please`;
  return most != null && value > most ? `At most ${most}, please` : "";
}
