"""`python -m bot`: the terminal shell."""

from bot.cli import main

if __name__ == "__main__":
    main()
