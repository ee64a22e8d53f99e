// Images, videos and files. Only what the sandbox itself holds is loaded; the rest is named.

import { el, size } from "./dom.js";
import { link, spoiler } from "./inline.js";

function isLocal(address) {
  try {
    const url = new URL(address, location.href);
    return url.origin === location.origin || url.href.startsWith("data:image/");
  } catch {
    return false;
  }
}

// `item`: {media: {url, content_type}, description, spoiler}.
export function picture(item, className) {
  const media = item.media || {};
  const shown = isLocal(media.url)
    ? loaded(media, item.description, className)
    : placeholder(media.url, item.description);
  return item.spoiler ? spoiler([shown], "div") : shown;
}

function loaded(media, description, className) {
  if ((media.content_type || "").startsWith("video/")) {
    return el("video", { class: className, src: media.url, controls: true, "aria-label": description || "Video" });
  }
  const image = el("img", {
    class: className,
    src: media.url,
    alt: description || "Picture without a description",
    title: description,
  });
  image.addEventListener("error", () => image.replaceWith(placeholder(media.url, description)));
  return image;
}

function placeholder(address, description) {
  const text = address || "no address";
  return el(
    "div",
    { class: "placeholder" },
    el("strong", {}, "Picture not loaded here"),
    description && el("span", {}, description),
    (/^https?:/.test(text) && link(text, [text])) || el("span", {}, text),
  );
}

export function file(address, name, bytes) {
  const title = isLocal(address) ? el("a", { href: address, download: name || true }, name || "file") : name || address;
  return el(
    "div",
    { class: "file" },
    el("span", { class: "file-sign", "aria-hidden": "true" }, "📄"),
    el("span", {}, title, el("small", {}, size(bytes))),
  );
}

export function attachment(each) {
  const isPicture = /^(image|video)\//.test(each.content_type || "");
  if (!isPicture || !isLocal(each.url)) return file(each.url, each.filename, each.size);
  return picture({ media: each, description: each.description || each.filename }, "attachment");
}
