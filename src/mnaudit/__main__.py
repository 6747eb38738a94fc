"""Run ``python -m mnaudit``, and the console script."""

from mnaudit.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
