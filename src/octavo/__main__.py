"""``python -m octavo``: the same as the command ``octavo``."""

from octavo.cli import run

if __name__ == "__main__":
    run()
