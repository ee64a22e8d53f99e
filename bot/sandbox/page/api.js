// The sandbox's own HTTP interface: what the page may ask, and the stream of what happens.

const RETRY = 2000;

async function get(path, query = {}) {
  const known = Object.entries(query).filter(([, value]) => value);
  const response = await fetch(`${path}?${new URLSearchParams(known)}`);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || `The sandbox answered ${response.status} to ${path}`);
  return answer;
}

export const getState = (as) => get("/sandbox/state", { as });
export const getMessages = (as, channel) => get("/sandbox/messages", { as, channel });
export const getInspection = (as, message) => get("/sandbox/inspect", { as, message });
export const getRequests = () => get("/sandbox/requests");

// Never throws: whoever acts shows `error`, whatever the reason. A refused act was never carried out.
export async function act(body) {
  try {
    const response = await fetch("/sandbox/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    return { outcome: "refused", error: answer.error || `The sandbox answered ${response.status}` };
  } catch {
    return { outcome: "refused", error: "The sandbox cannot be reached. Is it still running?" };
  }
}

// Returns a function that ends the stream. `onReturn` is called each time it is back after a loss.
export function listen(as, { onEvent, onLoss, onReturn }) {
  let source;
  let timer;
  let lost = false;

  function open() {
    source = new EventSource(`/sandbox/events?${new URLSearchParams({ as })}`);
    source.addEventListener("message", (event) => onEvent(JSON.parse(event.data)));
    source.addEventListener("open", () => {
      if (lost) onReturn();
      lost = false;
    });
    source.addEventListener("error", () => {
      if (!lost) onLoss();
      lost = true;
      // The browser tries again by itself unless the server answered with an error.
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, RETRY);
    });
  }

  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
