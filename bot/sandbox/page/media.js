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

// What is too small to be read among messages is shown as wide as it is.
export function enlargeable(shown) {
  if (!(shown instanceof HTMLImageElement)) return shown;
  const enlarge = () => openLarge(shown);
  shown.addEventListener("click", enlarge);
  const button = el("button", { type: "button", class: "enlarge", "aria-label": "Enlarge the picture" }, "⤢");
  button.addEventListener("click", enlarge);
  shown.addEventListener("error", () => button.remove());
  return el("div", { class: "framed" }, shown, button);
}

function openLarge({ src, alt }) {
  const close = el("button", { type: "button", class: "button secondary" }, "Close");
  const dialog = el("dialog", { class: "large", "aria-label": alt }, close, el("img", { src, alt }));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
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
