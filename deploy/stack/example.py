"""The example company of the first start, and what its user is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from embedded.errors import SetUpError
from stack.layout import DEFAULT_BASE_PORT, ROOT, Layout
from stack.narration import Narrator

FOLDER = ROOT / "examples" / "joystream-2019"
TENANT = "demo"


class Cli:
    """The `cairn` command against one installation."""

    def __init__(self, layout: Layout):
        self._layout = layout

    def run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """Runs `cairn WORDS --tenant demo` on this terminal."""
        return subprocess.run(
            [str(Path(sys.executable).with_name("cairn")), *words, "--tenant", TENANT],
            env={**os.environ, **self._layout.caller_environment()},
            stdin=subprocess.DEVNULL,
            check=False,
        )


def load_example(layout: Layout, narrator: Narrator) -> None:
    """Loads the example company, the way anyone's data come in, once: after that the tenant is its user's. Raises SetUpError.

    An import that was interrupted is run again, which adds only what is not there yet.
    """
    if layout.example_loaded.exists():
        return
    narrator.say(f"loading the example company into the tenant {TENANT}")
    if Cli(layout).run("import", str(FOLDER)).returncode != 0:
        raise SetUpError(f"the example company was not loaded; `make up` tries again, {layout.shown(layout.logs)} has the services' logs")
    layout.example_loaded.touch()


def welcome(layout: Layout) -> None:
    """Prints the example's tree with its progress, where everything is, and how to sign in."""
    Cli(layout).run("tree")
    told = "" if layout.base_port == DEFAULT_BASE_PORT else f"CAIRN_URL={layout.gateway_url} "
    url = layout.gateway_url
    print(
        f"""
web app       {url}/ (organisation {TENANT}, user name admin)
API           {url}/v1 (described, with examples, at {url}/docs)
sign in       curl -X POST {url}/v1/sign-in -H 'Content-Type: application/json' -d '{{"tenant": "{TENANT}", "person": "admin"}}'
command line  {told}.venv/bin/cairn tree --tenant {TENANT}
data, logs    {layout.shown(layout.home)}: kept by `make down`"""
    )
