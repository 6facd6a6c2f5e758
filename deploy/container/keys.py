"""Makes the pair of keys that identities are signed with, once: what the container `keys` runs before any service."""

from __future__ import annotations

from chassis.config import Settings, load
from chassis.identity import write_keys


def main() -> None:
    """Writes the files that CAIRN_IDENTITY_PRIVATE_KEY and CAIRN_IDENTITY_PUBLIC_KEY name, unless they are there."""
    settings = load(Settings)
    write_keys(settings.identity_private_key, settings.identity_public_key)


if __name__ == "__main__":
    main()
