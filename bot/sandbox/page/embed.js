// The older kind of card: an embed.

import { el } from "./dom.js";
import { inline, link } from "./inline.js";
import { markup } from "./markup.js";
import { picture } from "./media.js";

export function drawEmbed(embed) {
  const element = el(
    "div",
    { class: "embed" },
    embed.thumbnail && picture({ media: embed.thumbnail }, "thumbnail"),
    embed.author && el("div", { class: "embed-author" }, linked(embed.author.url, embed.author.name)),
    embed.title && el("h3", {}, linked(embed.url, inline(embed.title, { linked: Boolean(embed.url) }))),
    embed.description && markup(embed.description),
    embed.fields?.length && el("div", { class: "fields" }, embed.fields.map(field)),
    embed.image && picture({ media: embed.image }, "attachment"),
    footer(embed),
  );
  if (embed.color != null) element.style.borderLeftColor = `#${embed.color.toString(16).padStart(6, "0")}`;
  return element;
}

function linked(address, content) {
  return (/^https?:/.test(address || "") && link(address, content)) || content;
}

function field({ name, value, inline: beside }) {
  return el("div", { class: beside ? "field beside" : "field" }, el("h4", {}, inline(name)), markup(value));
}

function footer({ footer: foot, timestamp }) {
  const parts = [foot?.text, timestamp && new Date(timestamp).toLocaleString()].filter(Boolean);
  return parts.length ? el("div", { class: "embed-footer" }, parts.join(" · ")) : null;
}
