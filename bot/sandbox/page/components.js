// Discord's components in a message (version 2 and action rows) as elements.

import { choose, click } from "./actions.js";
import { el } from "./dom.js";
import { spoiler } from "./inline.js";
import { markup } from "./markup.js";
import { enlargeable, file, picture } from "./media.js";
import { SelectMenu } from "./select.js";

const DRAWN = {
  1: actionRow,
  2: button,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: section,
  10: (component, message) => markup(component.content, { everyone: message.mention_everyone }),
  11: (component) => picture(component, "thumbnail"),
  12: gallery,
  13: fileOf,
  14: separator,
  17: container,
};

export function draw(component, message) {
  const make = DRAWN[component.type];
  return make
    ? make(component, message)
    : el("div", { class: "placeholder" }, `A component of type ${component.type}, which this page does not draw`);
}

const drawAll = (components, message) => (components || []).map((each) => draw(each, message));

function actionRow(component, message) {
  return el("div", { class: "row" }, drawAll(component.components, message));
}

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 6: "primary" };
const LINK = 5;

function button(component, message) {
  if (component.style === LINK) return linkButton(component);
  const element = el(
    "button",
    {
      type: "button",
      class: `button ${STYLES[component.style] || "secondary"}`,
      dataset: { component: component.id, press: component.custom_id },
    },
    labelOf(component),
  );
  element.disabled = Boolean(component.disabled);
  element.addEventListener("click", () => press(element, () => click(message, component.custom_id)));
  return element;
}

// Stays focusable while it waits, so that the keyboard does not lose its place.
async function press(element, what) {
  if (element.getAttribute("aria-busy") || element.getAttribute("aria-disabled")) return;
  element.setAttribute("aria-busy", "true");
  await what();
  element.removeAttribute("aria-busy");
}

function linkButton(component) {
  const props = { class: "button secondary link", target: "_blank", rel: "noreferrer", title: component.url };
  const href = !component.disabled && /^(https?|discord):/.test(component.url || "") ? component.url : null;
  return el(
    "a",
    { ...props, href, "aria-disabled": href ? null : "true" },
    labelOf(component),
    el("span", { "aria-hidden": "true" }, " ↗"),
  );
}

function labelOf({ emoji, label }) {
  const sign = emoji && (emoji.id ? `:${emoji.name}:` : emoji.name);
  return [sign && el("span", { class: "emoji" }, sign, label && " "), label || (!sign && "(no label)")];
}

function select(component, message) {
  const menu = new SelectMenu(component, component.placeholder || "Select", {
    onCommit: (values) => press(menu.button, () => choose(message, component.custom_id, values)),
  });
  Object.assign(menu.button.dataset, { component: component.id, press: component.custom_id });
  return menu.element;
}

function section(component, message) {
  return el(
    "div",
    { class: "section" },
    el("div", { class: "section-texts" }, drawAll(component.components, message)),
    component.accessory && draw(component.accessory, message),
  );
}

function gallery(component) {
  const items = component.items || [];
  return el(
    "div",
    { class: "gallery", dataset: { count: Math.min(items.length, 4) } },
    items.map((item) => enlargeable(picture(item, "tile"))),
  );
}

function fileOf(component) {
  const address = component.file?.url || "";
  const name = component.name || decodeURIComponent(address.split("/").at(-1).split("?")[0]);
  const shown = file(address, name, component.size);
  return component.spoiler ? spoiler([shown], "div") : shown;
}

function separator(component) {
  const classes = ["separator", component.divider === false ? "bare" : "", component.spacing === 2 ? "wide" : ""];
  return el("div", { class: classes.join(" ").trim(), role: component.divider === false ? null : "separator" });
}

function container(component, message) {
  const element = el("div", { class: "container" }, drawAll(component.components, message));
  if (component.accent_color != null) {
    element.classList.add("accented");
    element.style.borderLeftColor = `#${component.accent_color.toString(16).padStart(6, "0")}`;
  }
  return component.spoiler ? spoiler([element], "div") : element;
}
