// The fields of a modal. Each is {custom_id, element, value(), check(), focus()}; check() shows and gives what is wrong.

import { el, newId, readFile, size } from "./dom.js";
import { SelectMenu } from "./select.js";

const TEXT_INPUT = 4,
  FILE_UPLOAD = 19,
  RADIO_GROUP = 21,
  CHECKBOX_GROUP = 22,
  CHECKBOX = 23;
const PARAGRAPH = 2;

const MAKERS = {
  [TEXT_INPUT]: textInput,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  [FILE_UPLOAD]: fileUpload,
  [RADIO_GROUP]: radioGroup,
  [CHECKBOX_GROUP]: checkboxGroup,
  [CHECKBOX]: checkbox,
};

export function labelled({ label, description, component }) {
  const make = MAKERS[component.type];
  if (make) return make(component, label, description);
  const text = `A field of type ${component.type}, which this page does not draw`;
  return {
    custom_id: component.custom_id,
    element: el("p", { class: "placeholder" }, text),
    value: () => null,
    check: () => "",
    focus() {},
  };
}

const isRequired = (component) => component.required !== false;

// The frame all fields share. `problem()` says what is wrong, `control` takes the focus.
function field(component, { label, description, control, inside, group, value, problem, counter }) {
  const trouble = el("p", { class: "trouble", role: "alert", id: newId("trouble") });
  const about = description && el("p", { class: "about", id: newId("about") }, description);
  const title = [
    label,
    isRequired(component) && component.type !== CHECKBOX && el("span", { class: "must", title: "required" }, " *"),
  ];
  const names = [about?.id, trouble.id].filter(Boolean).join(" ");
  (group ? inside : control).setAttribute("aria-describedby", names);
  const heading = group
    ? el("span", { class: "field-label", id: group }, title)
    : el("label", { class: "field-label", for: control.id }, title);
  const check = () => {
    trouble.textContent = problem();
    (group ? inside : control).setAttribute("aria-invalid", String(Boolean(trouble.textContent)));
    return trouble.textContent;
  };
  return {
    custom_id: component.custom_id,
    element: el("div", { class: "modal-field" }, heading, about, inside, counter, trouble),
    value,
    check,
    focus: () => control.focus(),
  };
}

export function textInput(component, label, description) {
  const isLong = component.style === PARAGRAPH;
  const input = el(isLong ? "textarea" : "input", {
    id: newId("field"),
    rows: isLong ? "4" : null,
    type: isLong ? null : "text",
    placeholder: component.placeholder,
    value: component.value || "",
    maxlength: component.max_length,
    "aria-required": isRequired(component) ? "true" : null,
    autocomplete: "off",
  });
  const counter = component.max_length ? el("p", { class: "counter" }) : null;
  const count = () => counter && (counter.textContent = `${input.value.length} / ${component.max_length}`);
  input.addEventListener("input", count);
  count();
  return field(component, {
    label,
    description,
    counter,
    control: input,
    inside: input,
    value: () => input.value,
    problem: () => textProblem(component, input.value),
  });
}

function textProblem(component, text) {
  if (!text.trim()) return isRequired(component) ? "Fill this in" : "";
  const { min_length: least, max_length: most } = component;
  if (least && text.length < least) return `At least ${least} characters: ${least - text.length} more`;
  return most && text.length > most ? `At most ${most} characters: ${text.length - most} too many` : "";
}

function select(component, label, description) {
  const menu = new SelectMenu(component, label, { optional: !isRequired(component) });
  menu.button.id = newId("field");
  if (isRequired(component)) menu.button.setAttribute("aria-required", "true");
  return field(component, {
    label,
    description,
    control: menu.button,
    inside: menu.element,
    value: () => menu.values,
    problem: () => amountProblem(component, menu.values.length, component.min_values ?? 1),
  });
}

function amountProblem(component, amount, least) {
  const needed = isRequired(component) ? Math.max(least, 1) : 0;
  if (amount === 0 && needed === 0) return "";
  return amount < least || amount < needed ? `Choose at least ${Math.max(least, needed)}` : "";
}

function fileUpload(component, label, description) {
  const most = component.max_values ?? 1;
  const input = el("input", { type: "file", id: newId("field"), multiple: most > 1 });
  const names = el("ul", { class: "file-names" });
  input.addEventListener("change", () =>
    names.replaceChildren(...[...input.files].map((each) => el("li", {}, `${each.name} · ${size(each.size)}`))),
  );
  return field(component, {
    label,
    description,
    control: input,
    inside: el("div", {}, input, most > 1 ? names : null),
    value: () => Promise.all([...input.files].map(readFile)),
    problem: () =>
      input.files.length > most
        ? `At most ${most} files: take ${input.files.length - most} away`
        : amountProblem(component, input.files.length, component.min_values ?? 1),
  });
}

function choicesOf(component, type) {
  const name = newId("choices");
  return component.options.map((option) => {
    const input = el("input", {
      type,
      name,
      id: newId("choice"),
      value: option.value,
      checked: Boolean(option.default),
    });
    const text = [el("span", {}, option.label), option.description && el("small", {}, option.description)];
    return { input, element: el("label", { class: "choice", for: input.id }, input, el("span", {}, text)) };
  });
}

function choiceGroup(component, label, description, type, read, problem) {
  const choices = choicesOf(component, type);
  const group = newId("group");
  const role = type === "radio" ? "radiogroup" : "group";
  const chosen = () => choices.filter(({ input }) => input.checked).map(({ input }) => input.value);
  const inside = el(
    "div",
    { class: "choices", role, "aria-labelledby": group },
    choices.map((choice) => choice.element),
  );
  const start = () => (choices.find(({ input }) => input.checked) || choices[0]).input;
  const control = { focus: () => start().focus() };
  return field(component, {
    label,
    description,
    control,
    inside,
    group,
    value: () => read(chosen()),
    problem: () => problem(chosen()),
  });
}

function radioGroup(component, label, description) {
  const problem = (chosen) => (isRequired(component) && !chosen.length ? "Choose one" : "");
  return choiceGroup(component, label, description, "radio", (chosen) => chosen[0] ?? null, problem);
}

function checkboxGroup(component, label, description) {
  const most = component.max_values ?? component.options.length;
  const problem = (chosen) =>
    chosen.length > most
      ? `Choose at most ${most}`
      : amountProblem(component, chosen.length, component.min_values ?? 1);
  return choiceGroup(component, label, description, "checkbox", (chosen) => chosen, problem);
}

function checkbox(component, label, description) {
  const input = el("input", { type: "checkbox", id: newId("field"), checked: Boolean(component.default) });
  return field(component, {
    label,
    description,
    control: input,
    inside: input,
    value: () => input.checked,
    problem: () => "",
  });
}
