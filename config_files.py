"""The files that settings come from: `.env`, and the key that a development server makes for itself."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from dotenv import dotenv_values

ROOT = Path(__file__).parent
INSTANCE = ROOT / "instance"
DOTENV = ROOT / ".env"
SKIP_DOTENV = "FLASK_SKIP_DOTENV"  # Flask's own name: its command line reads `.env` as well
ASSIGNED = re.compile(r"^\s*(?:export\s+)?(\w+)\s*=", re.MULTILINE)  # what is meant as a setting in `.env`


class ConfigError(Exception):
    """The environment is invalid; `faults` says what to mend, one line a setting."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("Settings to mend before Bulletins can start:\n" + "\n".join(f"  - {f}" for f in faults))


def read_or_make_key(path: Path) -> str:
    """Return the random key stored at `path`, made by the first process that asks. Raises OSError."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.") as file:  # for our own eyes only
            file.write(secrets.token_urlsafe(48))
            file.flush()
            with suppress(FileExistsError):  # another process was first
                path.hardlink_to(file.name)  # whole or not at all
    return path.read_text()


def read_environment() -> Mapping[str, str]:
    """Return the environment, over the values of `.env` beside this file. Raises ConfigError when that is not read."""
    if os.environ.get(SKIP_DOTENV, "").lower() not in {"", "0", "false", "no"} or not DOTENV.exists():
        return os.environ
    try:
        text = DOTENV.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f".env: cannot be read ({error})"]) from error
    read = dotenv_values(stream=StringIO(text), interpolate=False)
    # after a quote that is never closed python-dotenv leaves out all that follows: production would be a development
    lost = [name for name in ASSIGNED.findall(text) if name not in read]
    # `flask` would put another variable there, a server would not
    ambiguous = [name for name, value in read.items() if "${" in (value or "")]
    if lost or ambiguous:
        lines = [f"{name}: its line in .env cannot be read; put its value in single quotes" for name in lost]
        raise ConfigError(
            [*lines, *(f"{name}: holds ${{ in .env; in a URL, write %24{{ instead" for name in ambiguous)]
        )
    return {name: value for name, value in read.items() if value} | dict(os.environ)
