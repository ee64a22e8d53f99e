// What the page knows: who I am, the people, the servers, the commands; and the page's own events.

export const world = {
  me: null,
  locale: null,
  people: [],
  bot: null,
  servers: [],
  direct: null,
  commands: [],
  notices: [],
  channel: null,
};

// Events: "message-failed", "inspect", "mention", "reply-shown", "jump", "modal-closed", "somebody-else".
export const bus = new EventTarget();

export function emit(name, detail) {
  bus.dispatchEvent(new CustomEvent(name, { detail }));
}

export function on(name, listener) {
  bus.addEventListener(name, (event) => listener(event.detail));
}

export const displayName = (user) => user.global_name || user.username;

export const everyone = () => [...world.people, world.bot];

export function userName(id) {
  const user = everyone().find((each) => each.id === id);
  return user ? displayName(user) : "unknown user";
}

export const channels = () => world.servers.flatMap((server) => server.channels);

export const serverOf = (channel) =>
  world.servers.find((server) => server.channels.some((each) => each.id === channel));

const VOICE = 2,
  ANNOUNCEMENT = 5;
const SIGNS = { [VOICE]: "🔊", [ANNOUNCEMENT]: "📣" };

export const channelSign = (channel) => SIGNS[channel.type] || "#";

export function channelName(id) {
  return channels().find((each) => each.id === id)?.name || "unknown channel";
}

// A channel of mine as its heading has it; nothing for one that I do not see.
export function placeName(id) {
  if (id === world.direct) return displayName(world.bot);
  const channel = channels().find((each) => each.id === id);
  return channel ? `${channelSign(channel)} ${channel.name}` : null;
}

// The name and the description of a command or an option in the language of whoever reads them.
export const localName = (thing) => thing.name_localizations?.[world.locale] || thing.name;
export const localDescription = (thing) => thing.description_localizations?.[world.locale] || thing.description;

// Roles of the server one is in; in a direct message there are none.
export const roles = () => serverOf(world.channel)?.roles || [];

export function roleName(id) {
  return world.servers.flatMap((server) => server.roles).find((each) => each.id === id)?.name || "unknown role";
}

const IN_SERVER = 0;
const IN_BOT_DM = 1;

export function commandsHere(type) {
  const context = world.channel === world.direct ? IN_BOT_DM : IN_SERVER;
  return world.commands.filter(
    (command) => (command.type || 1) === type && (!command.contexts || command.contexts.includes(context)),
  );
}
