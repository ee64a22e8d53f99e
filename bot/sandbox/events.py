"""What the bot is told of the world: interactions, messages, servers and channels, as events of the gateway."""

from bot import limits
from bot.sandbox.errors import Misuse
from bot.sandbox.gateway import DIRECT_MESSAGES, GUILD_MESSAGES, GUILDS, Gateway
from bot.sandbox.interactions import Interaction
from bot.sandbox.messages import Change, Message
from bot.sandbox.places import BOT, Channel, Json, Server

WORDLESS: Json = {"content": "", "components": [], "embeds": [], "attachments": []}


class Events:
    """Tells the sessions that asked for it, each event in the form of Discord's documentation, «Gateway Events»."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    # ---------------------------------------------------------------- interactions

    def interaction_begun(self, begun: Interaction) -> None:
        """Raises Misuse where no bot is there to be told."""
        if not self._gateway.dispatch("INTERACTION_CREATE", self._of(begun), begun.channel.server):
            raise Misuse("No bot is connected: start one, or wait until it is back.")

    def _of(self, interaction: Interaction) -> Json:
        """Discord's interaction object."""
        channel, user = interaction.channel, interaction.user
        who: Json = {"user": user.json()}
        if server := channel.server:
            partial = {"id": server.id, "features": [], "locale": "en-US"}
            member = server.member(user) | {"permissions": str(int(channel.permissions(user)))}
            who = {"guild_id": server.id, "guild": partial, "guild_locale": "en-US", "member": member}
        return {
            "id": interaction.id, "application_id": BOT.id, "type": int(interaction.kind), "version": 1,
            "token": interaction.token, "data": interaction.data, "channel_id": channel.id, "channel": channel.json(),
            "app_permissions": str(int(channel.permissions(BOT))), "locale": user.locale, "entitlements": [],
            "authorizing_integration_owners": interaction.owners(), "context": channel.context,
            "attachment_size_limit": limits.UPLOAD, **who,
            **({"message": _without_answered(interaction.source)} if interaction.source else {}),
        }  # fmt: skip

    # ---------------------------------------------------------------- messages

    def as_told(self, message: Message) -> Json:
        """The message as the bot may read it: without the words that are not meant for it, quoted ones too."""
        told = message.json()
        if not self._meant(message):
            told |= WORDLESS
        if told.get("referenced_message") and message.answers and not self._meant(message.answers):
            told["referenced_message"] = told["referenced_message"] | WORDLESS
        return told

    def _meant(self, message: Message) -> bool:
        own = message.author is BOT or BOT in message.mentions or message.channel.server is None
        return own or self._gateway.privileged_allowed

    def message_changed(self, change: Change) -> None:
        """MESSAGE_CREATE, _UPDATE or _DELETE to those who asked for it; its words only to whom they are meant for."""
        message, server = change.message, change.message.channel.server
        if message.private or not message.channel.has(BOT):
            return
        place = {"channel_id": message.channel.id} | ({"guild_id": server.id} if server else {})
        if change.kind == "gone":
            data: Json = {"id": message.id}
        else:
            data = self.as_told(message) | ({"member": server.member(message.author)} if server else {})
        event = {"new": "MESSAGE_CREATE", "changed": "MESSAGE_UPDATE", "gone": "MESSAGE_DELETE"}[change.kind]
        self._gateway.dispatch(event, data | place, server, intents=GUILD_MESSAGES if server else DIRECT_MESSAGES)

    # ---------------------------------------------------------------- places

    def bot_added(self, server: Server) -> None:
        # The library takes a server that says whether it is available for one that the bot was in before.
        told = {name: value for name, value in server.json().items() if name != "unavailable"}
        self._gateway.dispatch("GUILD_CREATE", told, server, intents=GUILDS)

    def bot_removed(self, server: Server) -> None:
        # Without `unavailable`: with it, this would be an outage.
        self._gateway.dispatch("GUILD_DELETE", {"id": server.id}, server, intents=GUILDS)

    def channel_made(self, channel: Channel) -> None:
        self._channel("CHANNEL_CREATE", channel)

    def channel_changed(self, channel: Channel) -> None:
        self._channel("CHANNEL_UPDATE", channel)

    def channel_removed(self, channel: Channel) -> None:
        self._channel("CHANNEL_DELETE", channel)

    def _channel(self, event: str, channel: Channel) -> None:
        if channel.server and channel.server.installed:
            self._gateway.dispatch(event, channel.json(), channel.server, intents=GUILDS)


def _without_answered(message: Message) -> Json:
    """The message as an interaction has it: with a reference to the message that it answers, but without that."""
    return {name: value for name, value in message.json().items() if name != "referenced_message"}
