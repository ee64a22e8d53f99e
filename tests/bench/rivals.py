"""Bots to measure ours beside, each as a process of its own: python -m tests.bench.rivals pong|bare URL

«pong» has one command, which does nothing; «bare» has none, and the library's default intents.
"""

import sys
from typing import Any

import discord
import yarl
from discord import app_commands


@app_commands.command(description="Answers")
async def ping(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message("pong", ephemeral=True)


class Bare(discord.Client):
    """A client as the library's documentation begins with."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()


class Pong(discord.Client):
    """A client with one command, which does nothing."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.none())
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(ping)

    async def setup_hook(self) -> None:
        await self.tree.sync()


def point_library_at(url: str) -> None:
    """What the function of that name in `bot.sandbox` does, without loading anything of ours."""
    discord.http.Route.BASE = f"{url}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1) + "/gateway")


def main(kind: str, url: str, token: str) -> None:
    point_library_at(url)
    client = Pong() if kind == "pong" else Bare()
    client.run(token, log_handler=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
