// The sandbox's own HTTP interface: what the page may ask, and the stream of what happens.

const RETRY = 2000;

async function get(path, query = {}) {
  const known = Object.entries(query).filter(([, value]) => value);
  const response = await fetch(`${path}?${new URLSearchParams(known)}`);
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const error = new Error(answer.error || `The sandbox answered ${response.status} to ${path}`);
  throw Object.assign(error, { isRefusal: response.status === 400 });
}

// A sandbox that was started anew has other people: whoever is unknown to it becomes the first of them.
export async function getState(as) {
  try {
    return await get("/sandbox/state", { as });
  } catch (error) {
    if (as && error.isRefusal) return getState("");
    throw error;
  }
}

export const getCommands = (as, channel) => get("/sandbox/commands", { as, channel });
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

// `ready` is fulfilled once the stream is open or has failed to; `stop` ends it. `onReturn` is called each time it is
// back after a loss, `onRefusal` each time the sandbox will not open it.
export function listen(as, { onEvent, onLoss, onReturn, onRefusal }) {
  let source;
  let timer;
  let lost = false;
  let settle;
  const ready = new Promise((resolve) => (settle = resolve));

  function open() {
    source = new EventSource(`/sandbox/events?${new URLSearchParams({ as })}`);
    source.addEventListener("message", (event) => onEvent(JSON.parse(event.data)));
    source.addEventListener("open", () => {
      settle();
      if (lost) onReturn();
      lost = false;
    });
    source.addEventListener("error", () => {
      settle();
      if (!lost) onLoss();
      lost = true;
      // The browser tries again by itself unless the server answered with an error.
      if (source.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, RETRY);
      onRefusal();
    });
  }

  open();
  const stop = () => {
    clearTimeout(timer);
    source.close();
  };
  return { ready, stop };
}
