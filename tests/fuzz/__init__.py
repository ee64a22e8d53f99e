"""Fuzzing of every parser: what comes from outside is a value or a list of problems, and never a crash."""
