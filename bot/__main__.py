"""`python -m bot`: the terminal shell."""

import os

if __name__ == "__main__":
    # numpy would begin a thread for each processor, with memory of its own, for matrices as small as ours.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from bot.cli import main
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    main()
