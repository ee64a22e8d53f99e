// A modal: a dialog with the application's questions.

import { act } from "./api.js";
import { el, newId } from "./dom.js";
import { markup } from "./markup.js";
import { labelled, textInput } from "./modal_fields.js";
import { displayName, emit, world } from "./world.js";

const ACTION_ROW = 1,
  TEXT_DISPLAY = 10,
  LABEL = 18;

// `about` tells where a failure is shown once the dialog is gone.
export function openModal(modal, about) {
  const fields = [];
  const title = newId("modal-title");
  const trouble = el("p", { class: "trouble", role: "alert" });
  const submit = el("button", { type: "submit", class: "button primary" }, "Submit");
  const form = el(
    "form",
    { novalidate: true },
    el("header", {}, el("h2", { id: title }, modal.title), el("p", {}, `A question from ${displayName(world.bot)}`)),
    el(
      "div",
      { class: "fields" },
      modal.components.map((component) => part(component, fields)),
    ),
    trouble,
    el(
      "footer",
      {},
      el("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, "Cancel"),
      submit,
    ),
  );
  const dialog = el("dialog", { class: "modal", "aria-labelledby": title }, form);
  let submitted = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = fields.filter((field) => field.check());
    if (wrong.length) return wrong[0].focus();
    submit.disabled = true;
    const result = await send(modal, fields);
    submit.disabled = false;
    if (result.outcome === "failed" || result.outcome === "refused") {
      trouble.textContent = `${result.error || "Something went wrong"}. Try again, or cancel.`;
      return submit.focus();
    }
    submitted = true;
    return dialog.close();
  });
  dialog.addEventListener("close", () => {
    if (!submitted) act({ as: world.me.id, do: "close", modal: modal.id });
    dialog.remove();
    emit("modal-closed", about);
  });
  document.body.append(dialog);
  dialog.showModal();
  fields[0]?.focus();
}

async function send(modal, fields) {
  const values = {};
  for (const field of fields) values[field.custom_id] = await field.value();
  return act({ as: world.me.id, do: "submit", modal: modal.id, values });
}

// Adds what can be filled in to `fields`.
function part(component, fields) {
  if (component.type === TEXT_DISPLAY) return markup(component.content);
  if (component.type === LABEL) return keep(labelled(component), fields);
  if (component.type === ACTION_ROW) {
    return component.components.map((input) => keep(textInput(input, input.label, null), fields));
  }
  return el("div", { class: "placeholder" }, `A component of type ${component.type}, which this page does not draw`);
}

function keep(field, fields) {
  fields.push(field);
  return field.element;
}
