// JSON text in colours: keys, strings, numbers and words.

import { el } from "./dom.js";

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

export function coloured(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [whole, string, colon] = found;
    const kind = colon ? "key" : string ? "string" : "value";
    parts.push(text.slice(at, found.index), el("span", { class: `json-${kind}` }, string || whole), colon || "");
    at = found.index + whole.length;
  }
  return [...parts, text.slice(at)];
}
