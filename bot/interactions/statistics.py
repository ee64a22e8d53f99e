"""/stats: what was asked about, for those who manage the server, and of everything for whoever owns the bot."""

from datetime import timedelta
from functools import partial

from bot.charts import BarChart
from bot.interactions.audience import Audience, dressed
from bot.interactions.components import Page
from bot.interactions.pages import outcomes
from bot.interactions.pages import statistics as pages
from bot.interactions.presses import Count
from bot.interactions.replies import Asked, audience_for, respond, show_drawn, turn_drawn
from bot.model import Period, Statistics


async def show(interaction: Asked, press: Count) -> None:
    """Answer with the counts, for whoever asked alone."""
    found = await _found(interaction, press)
    if isinstance(found, Page):
        await respond(interaction, found)
        return
    audience = await audience_for(interaction, share=False)
    made, chart = _drawn(found, audience)
    await show_drawn(interaction, made, chart, private=audience is Audience.ASKER)


async def turn(interaction: Asked, press: Count) -> None:
    """Show other counts in place of those that the message shows."""
    found = await _found(interaction, press)
    if isinstance(found, Page):
        await respond(interaction, found)
        return
    made, chart = _drawn(found, await audience_for(interaction, share=False))
    await turn_drawn(interaction, made, chart)


async def _found(interaction: Asked, press: Count) -> Statistics | Page:
    if press.everything and not interaction.client.owned_by(interaction.user.id):
        return outcomes.managers_only() if interaction.guild_id is None else outcomes.owner_only()
    if not press.everything and (interaction.guild_id is None or not interaction.permissions.manage_guild):
        return outcomes.managers_only()
    # Days that are over: whoever looked twice on one day would see what was asked in between.
    period = Period.ending(interaction.created_at.date() - timedelta(days=1), press.days)
    guild = None if press.everything else interaction.guild_id
    try:
        return await interaction.client.desk.reports.statistics(period, guild)
    except OSError:
        return outcomes.not_read()


def _drawn(found: Statistics, audience: Audience) -> "tuple[partial[Page], BarChart | None]":
    return partial(_page, found, audience), pages.chart(found)


def _page(found: Statistics, audience: Audience, picture: bool) -> Page:
    return dressed(pages.statistics(found, picture=picture), audience)
