// Slash commands as one lists them: sub-commands and groups by their whole names.

import { commandsHere, localDescription, localName } from "./world.js";

const SLASH = 1;
const SUB_COMMAND = 1;
const SUB_COMMAND_GROUP = 2;

// [{id, name: "group sub", description, options, path: [{name, type}, …]}], the name as one reads it
export function slashCommands() {
  const listed = commandsHere(SLASH).flatMap((command) => spread(command, command.id, localName(command), []));
  return listed.sort((one, other) => one.name.localeCompare(other.name));
}

function spread(node, id, name, path) {
  const options = node.options || [];
  const nested = options.filter(({ type }) => type === SUB_COMMAND || type === SUB_COMMAND_GROUP);
  if (!nested.length) return [{ id, name, path, options, description: localDescription(node) }];
  return nested.flatMap((sub) =>
    spread(sub, id, `${name} ${localName(sub)}`, [...path, { name: sub.name, type: sub.type }]),
  );
}

// The values of the innermost command, wrapped in the names that lead to it.
export function wrapped(path, options) {
  return path.reduceRight((inner, { name, type }) => [{ name, type, options: inner }], options);
}
