"""Briefbot: curated, sourced policy briefings for Discord and the terminal."""

__version__ = "0.1.0"
