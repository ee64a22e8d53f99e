// Making elements without ever parsing HTML.

export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

function set(element, name, value) {
  if (value == null || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(element.dataset, value);
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : value);
}

let numbers = 0;

export function newId(prefix) {
  numbers += 1;
  return `${prefix}-${numbers}`;
}

export function initials(name) {
  const words = name.trim().split(/\s+/);
  return (words.length > 1 ? words[0][0] + words[1][0] : name.slice(0, 2)).toUpperCase();
}

// Six hues whose mid tones all carry white text.
export function avatar(user, name) {
  const hue = [...String(user.id)].reduce((sum, digit) => (sum * 3 + Number(digit)) % 6, 0);
  return el("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, initials(name));
}

export function size(bytes) {
  if (bytes == null) return "";
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export async function copy(text, button) {
  const label = button?.textContent;
  let word = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    word = "The browser refused";
  }
  announce(word);
  if (!button) return;
  button.textContent = word;
  setTimeout(() => (button.textContent = label), 1500);
}

export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

export function readFile(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const data = reader.result.slice(reader.result.indexOf(",") + 1);
      resolve({ filename: file.name, content_type: file.type || "application/octet-stream", data });
    });
    reader.addEventListener("error", () => reject(new Error(`${file.name} could not be read`)));
    reader.readAsDataURL(file);
  });
}
