"""The other processes of the same bot, where there are any, and what all of them agree on."""
