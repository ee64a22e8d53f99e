"""Values → pages. Pure; knows no client and no interaction, and speaks the language of the task at hand."""
