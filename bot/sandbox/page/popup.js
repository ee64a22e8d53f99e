// Something that floats beside an element, above everything else (also inside a dialog).

const GAP = 4;

// `anchor` is an element or a point {x, y}; `width` makes the popup as wide as the anchor, and at least so wide.
// Returns a function that closes.
export function openPopup(anchor, popup, { host, above = false, width = null, onOutside } = {}) {
  const parent = host || anchor.parentElement;
  const ending = new AbortController();
  popup.popover = "manual";
  popup.classList.add("popup");
  parent.append(popup);
  popup.showPopover();

  const place = () => position(popup, boxOf(anchor), above, width);
  place();
  const sizes = new ResizeObserver(place);
  sizes.observe(popup);

  const { signal } = ending;
  addEventListener("resize", place, { signal });
  addEventListener("scroll", (event) => popup.contains(event.target) || place(), { signal, capture: true });
  addEventListener(
    "pointerdown",
    (event) => {
      const inside = popup.contains(event.target) || (anchor instanceof Element && anchor.contains(event.target));
      if (!inside) onOutside?.();
    },
    { signal, capture: true },
  );

  return () => {
    ending.abort();
    sizes.disconnect();
    popup.remove();
  };
}

function boxOf(anchor) {
  return anchor instanceof Element ? anchor.getBoundingClientRect() : new DOMRect(anchor.x, anchor.y, 0, 0);
}

function position(popup, box, above, width) {
  if (width != null) popup.style.width = `${Math.max(box.width, Math.min(width, innerWidth - GAP * 2))}px`;
  const overhead = box.top - GAP * 2;
  const beneath = innerHeight - box.bottom - GAP * 2;
  const needed = Math.min(popup.scrollHeight, innerHeight / 2);
  const up = above ? overhead >= needed || overhead > beneath : beneath < needed && overhead > beneath;
  popup.style.maxHeight = `${Math.min(up ? overhead : beneath, innerHeight * 0.6)}px`;
  const height = popup.offsetHeight;
  popup.style.top = `${up ? box.top - GAP - height : box.bottom + GAP}px`;
  popup.style.left = `${Math.max(GAP, Math.min(box.left, innerWidth - popup.offsetWidth - GAP))}px`;
}
