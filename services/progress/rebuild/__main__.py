"""`python -m progress.rebuild`: a rebuild as a process of its own."""

from __future__ import annotations

import gc

from progress.rebuild.rebuild import rebuild


def main() -> None:
    """Rebuilds, and tells each step."""
    from chassis.rebuild import command  # noqa: PLC0415 - the second process loads this module, too, and has no use for settings

    gc.disable()  # facts come and go by the thousand, and never refer to themselves
    command(rebuild)


if __name__ == "__main__":
    main()
