"""What stops a set-up, told in one line."""

from __future__ import annotations


class SetUpError(Exception):
    """Something that the machine or its user has to change first. Its text is one line: what is wrong and what would be right."""
