// Discord's mark-up by lines: headings, subtext, quotes, lists, code blocks. Makes nodes, never HTML.

import { el } from "./dom.js";
import { inline } from "./inline.js";

const FENCE = /```(?:([\w+#-]*)\n)?([\s\S]*?)```\n?/g;
const HEADING = /^(#{1,3}) +(\S.*)$/;
const SUBTEXT = /^ *-# +(\S.*)$/;
const QUOTE = /^> (.*)$/;
const REST_QUOTED = /^>>> ([\s\S]*)$/;
const ITEM = /^( *)(?:[-*]|(\d{1,9})\.) +(\S.*)$/;
const CONTINUED = /^ +\S/;
// The page's own headings come first: a message's start beneath the author's, which is an h2.
const HEADING_SHIFT = 2;

export function markup(text, context = {}) {
  return el("div", { class: "markup" }, blocks(text, context));
}

function blocks(text, context) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(FENCE)) {
    // A quote to the end swallows the code after it, so the fence is left to the lines.
    if (/^>>> /m.test(text.slice(at, found.index))) break;
    if (!found[2].trim()) continue;
    nodes.push(...lines(text.slice(at, found.index).replace(/\n$/, ""), context), block(found));
    at = found.index + found[0].length;
  }
  return [...nodes, ...lines(text.slice(at), context)];
}

function block([, language, code]) {
  return el("pre", { class: "code", tabindex: "0", title: language || null }, el("code", {}, code.replace(/\n$/, "")));
}

function lines(text, context) {
  if (!text) return [];
  const rows = text.split("\n");
  const nodes = [];
  let at = 0;
  while (at < rows.length) {
    const [node, taken] = lineBlock(rows, at, context);
    if (node) nodes.push(node);
    at += taken;
  }
  return nodes;
}

// The block that begins at a row, and how many rows it takes.
function lineBlock(rows, at, context) {
  const row = rows[at];
  const heading = HEADING.exec(row);
  if (heading) return [headingOf(heading, context), 1];
  const subtext = SUBTEXT.exec(row);
  if (subtext) return [small(subtext[1], context), 1];
  if (!context.quoted && REST_QUOTED.test(row)) return restQuoted(rows, at, context);
  if (!context.quoted && QUOTE.test(row)) return quote(rows, at, context);
  if (ITEM.test(row)) return list(rows, at, context);
  return paragraph(rows, at, context);
}

function headingOf([, marks, text], context) {
  return el(`h${marks.length + HEADING_SHIFT}`, { class: `size-${marks.length}` }, inline(text, context));
}

function small(text, context) {
  return el("div", { class: "subtext" }, inline(text, context));
}

function run(rows, at, belongs) {
  let end = at + 1;
  while (end < rows.length && belongs(rows[end])) end += 1;
  return rows.slice(at, end);
}

// Discord has no quotes within quotes.
const quoted = (text, context) => el("blockquote", {}, blocks(text, { ...context, quoted: true }));

function restQuoted(rows, at, context) {
  const [, inner] = REST_QUOTED.exec(rows.slice(at).join("\n"));
  return [quoted(inner, context), rows.length - at];
}

function quote(rows, at, context) {
  const taken = run(rows, at, (row) => QUOTE.test(row));
  const inner = taken.map((row) => QUOTE.exec(row)[1]).join("\n");
  return [quoted(inner, context), taken.length];
}

const startsQuote = (row) => QUOTE.test(row) || REST_QUOTED.test(row);
const startsBlock = (row, context) =>
  HEADING.test(row) || SUBTEXT.test(row) || ITEM.test(row) || (!context.quoted && startsQuote(row));

function paragraph(rows, at, context) {
  const taken = run(rows, at, (row) => !startsBlock(row, context));
  const text = taken.join("\n");
  const gap = (row) => (row.trim() ? null : el("div", { class: "blank" }));
  if (!text.trim()) return [gap(""), taken.length];
  const node = el("div", { class: "lines" }, inline(text.replace(/^(\s*\n)+|\s+$/g, ""), context));
  return [[gap(taken[0]), node, gap(taken.at(-1))], taken.length];
}

function list(rows, at, context) {
  const taken = run(rows, at, (row) => ITEM.test(row) || CONTINUED.test(row));
  const levels = [];
  const tops = [];
  for (const row of taken) addRow(row, levels, tops, context);
  return [el("div", { class: "list" }, tops), taken.length];
}

// `levels` are the open lists, outermost first: {indent, kind, element, item}.
function addRow(row, levels, tops, context) {
  const found = ITEM.exec(row);
  if (!found || SUBTEXT.test(row)) return continueItem(levels, row, context);
  const [, blanks, number, text] = found;
  const kind = number ? "ol" : "ul";
  while (levels.length > 1 && levels.at(-1).indent > blanks.length) levels.pop();
  if (!levels.length || blanks.length > levels.at(-1).indent || levels.at(-1).kind !== kind) {
    openList(kind, number, blanks.length, levels, tops);
  }
  const level = levels.at(-1);
  level.item = el("li", {}, inline(text, context));
  level.element.append(level.item);
}

function openList(kind, number, indent, levels, tops) {
  const element = el(kind, { start: number || null });
  if (levels.length && levels.at(-1).indent >= indent) levels.pop();
  const parent = levels.at(-1);
  if (parent) parent.item.append(element);
  else tops.push(element);
  levels.push({ indent, kind, element });
}

// An indented line belongs to the nearest item that stands further left.
function continueItem(levels, row, context) {
  const indent = row.search(/\S/);
  while (levels.length > 1 && levels.at(-1).indent >= indent) levels.pop();
  const subtext = SUBTEXT.exec(row);
  const node = subtext ? small(subtext[1], context) : el("div", {}, inline(row.trim(), context));
  levels.at(-1).item.append(node);
}
