"""The pictures of README.md: taken of the demo company, in a real browser, by a command."""
