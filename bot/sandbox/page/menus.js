// Context menus: the application's commands on a message or a person, and a few of the page's own.

import { useMenu } from "./actions.js";
import { copy, el } from "./dom.js";
import { openPopup } from "./popup.js";
import { plainText } from "./message.js";
import { commandsHere, emit, localName } from "./world.js";

const USER_COMMAND = 2;
const MESSAGE_COMMAND = 3;
const EPHEMERAL = 1 << 6;

let closeCurrent = null;

export function messageMenu(anchor, message) {
  openMenu(anchor, "Message", [
    ...(message.flags & EPHEMERAL ? [] : commandsHere(MESSAGE_COMMAND)).map((command) => ({
      group: "Apps",
      label: localName(command),
      run: () => useMenu(command, message.id, message.id),
    })),
    { group: "Message", label: "Copy text", run: () => copy(plainText(message)) },
    { group: "Message", label: "Inspect", run: () => emit("inspect", message) },
  ]);
}

export function userMenu(anchor, user) {
  openMenu(anchor, "Person", [
    ...commandsHere(USER_COMMAND).map((command) => ({
      group: "Apps",
      label: localName(command),
      run: () => useMenu(command, user.id),
    })),
    { group: "Person", label: "Mention", run: () => emit("mention", user) },
    { group: "Person", label: "Copy user ID", run: () => copy(user.id) },
  ]);
}

function openMenu(anchor, label, entries) {
  closeCurrent?.();
  const back = document.activeElement;
  const menu = el(
    "div",
    { role: "menu", class: "menu", "aria-label": label },
    groups(entries, (entry) => finish(entry)),
  );
  const close = openPopup(anchor, menu, { host: document.body, onOutside: () => closeCurrent?.() });
  const items = [...menu.querySelectorAll("[role=menuitem]")];

  closeCurrent = () => {
    closeCurrent = null;
    close();
    if (document.activeElement === document.body && back?.isConnected) back.focus();
  };
  const finish = (entry) => {
    closeCurrent?.();
    entry.run();
  };
  menu.addEventListener("keydown", (event) => key(event, items));
  menu.addEventListener("contextmenu", (event) => event.preventDefault());
  items[0].focus();
}

function groups(entries, onChoose) {
  const names = [...new Set(entries.map((entry) => entry.group))];
  return names.map((name) =>
    el(
      "div",
      { role: "group", "aria-label": name },
      el("div", { class: "group", "aria-hidden": "true" }, name),
      entries
        .filter((entry) => entry.group === name)
        .map((entry) =>
          el(
            "button",
            { type: "button", role: "menuitem", tabindex: "-1", onclick: () => onChoose(entry) },
            entry.label,
          ),
        ),
    ),
  );
}

function key(event, items) {
  const at = items.indexOf(document.activeElement);
  const target = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (target !== undefined) items[target].focus();
  else if (event.key === "Escape" || event.key === "Tab") closeCurrent?.();
  else if (event.key.length === 1 && event.key !== " ") seek(event.key, items, at);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function seek(letter, items, at) {
  const turned = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  turned.find((item) => item.textContent.toLowerCase().startsWith(letter.toLowerCase()))?.focus();
}
