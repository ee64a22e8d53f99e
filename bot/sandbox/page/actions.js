// Doing something to the bot, and showing what came of it: a modal, or that it failed.

import { act } from "./api.js";
import { announce } from "./dom.js";
import { openModal } from "./modal.js";
import { emit, world } from "./world.js";

const DID_NOT_RESPOND = "The application did not respond";

// `about`: {message} the act was on, or {command} that was used: where a failure is shown.
export async function perform(what, about = {}) {
  const result = await act({ as: world.me.id, ...what });
  if (result.outcome === "modal") openModal(result.modal, about);
  const isShown = result.outcome === "failed" || (result.outcome === "refused" && about.message);
  if (isShown) fail(about, result);
  return result;
}

function fail(about, result) {
  const text = result.error || DID_NOT_RESPOND;
  announce(text);
  emit("message-failed", { ...about, message: result.message || about.message, text });
}

export const click = (message, custom_id) =>
  perform({ do: "click", channel: message.channel_id, message: message.id, custom_id }, { message: message.id });

export const choose = (message, custom_id, values) =>
  perform(
    { do: "choose", channel: message.channel_id, message: message.id, custom_id, values },
    { message: message.id },
  );

export const dismiss = (message) =>
  perform({ do: "dismiss", channel: message.channel_id, message: message.id }, { message: message.id });

export const useMenu = (command, target, message) =>
  perform({ do: "menu", channel: world.channel, command: command.id, target }, { message, command: command.name });

export const say = (content) => perform({ do: "say", channel: world.channel, content });
