"""`python -m bot`: the terminal shell."""

if __name__ == "__main__":
    try:
        from bot.cli import main
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    main()
