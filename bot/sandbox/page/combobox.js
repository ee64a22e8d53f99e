// A text field that offers a list as one types. The list never takes the focus.

import { Listbox } from "./listbox.js";
import { openPopup } from "./popup.js";

// A list beside a short field must still have room for its options.
const ROOMY = 420;

export class Combobox {
  // find(text) gives (a promise of) items, or a string to show instead, or null for no list.
  constructor(input, { label, find, pick, anchor = input, onFocus = true }) {
    Object.assign(this, { input, find, pick, anchor });
    this.turn = 0;
    this.list = new Listbox(input, label, { onPick: (item) => this.take(item) });
    this.isCombobox = input.getAttribute("role") === "combobox";
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("autocomplete", "off");
    this.reflect();
    input.addEventListener("input", () => this.refresh());
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => this.key(event));
    if (onFocus) {
      input.addEventListener("focus", () => this.refresh());
      input.addEventListener("click", () => this.isOpen || this.refresh());
    }
  }

  get isOpen() {
    return Boolean(this.closePopup);
  }

  async refresh() {
    this.turn += 1;
    const { turn } = this;
    this.pending = true;
    this.list.wait();
    const found = await this.find(this.input.value);
    if (turn !== this.turn) return;
    this.pending = false;
    if (found == null || document.activeElement !== this.input) return this.close();
    if (typeof found === "string") this.list.say(found);
    else this.list.show(found);
    this.open();
  }

  open() {
    this.closePopup ??= openPopup(this.anchor, this.list.element, { above: true, width: ROOMY });
    this.reflect();
  }

  close() {
    this.turn += 1;
    this.pending = false;
    this.closePopup?.();
    this.closePopup = null;
    this.list.activate(-1);
    this.reflect();
  }

  reflect() {
    if (this.isCombobox) this.input.setAttribute("aria-expanded", String(this.isOpen));
    if (this.isOpen) this.input.setAttribute("aria-controls", this.list.element.id);
    else this.input.removeAttribute("aria-controls");
  }

  take(item) {
    this.close();
    this.pick(item);
  }

  key(event) {
    const action = this.action(event);
    if (!action) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    action();
  }

  // While an answer is on its way the list is of another text: Enter must not pick from it, and Escape means the list.
  action({ key, isComposing, shiftKey }) {
    if (isComposing) return null;
    const ready = this.isOpen && !this.pending && this.list.items.length > 0;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (key in moves && ready) return () => this.list.move(moves[key]);
    if (key === "ArrowDown" && !this.isOpen && this.isCombobox) return () => this.refresh();
    if ((key === "Enter" || (key === "Tab" && !shiftKey)) && ready && this.list.active >= 0)
      return () => this.list.pick();
    if (key === "Escape" && (this.isOpen || this.pending)) return () => this.close();
    return null;
  }
}
