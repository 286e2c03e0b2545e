"""Static files: their URLs change with their content, so that a browser fetches each version only once."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app

IMMUTABLE = "public, max-age=31536000, immutable"
VERSION_LENGTH = 12
FACE = "fonts/bulletins-sans.be2f7a9b92da.woff2"  # made by tests/look/face.py; the style sheet names it, too


def init_app(app: Flask) -> None:
    """Add the version of a file to each URL that `url_for('static', filename='menu.js')` makes."""
    app.url_defaults(_add_version)


def is_current_version(name: str, version: str | None) -> bool:
    """Return whether the file `name` is still in `version`, which a URL names: then it may be cached for good.

    A file that style sheets name, where no URL is made, holds its version in its name: `face.0123456789ab.woff2`.
    """
    current = version_of(name)
    return version == current or f".{current}." in name


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values.setdefault("v", version_of(values["filename"]))


def version_of(name: str) -> str:
    """Return the version of a static file: it changes with its content."""
    path = f"{current_app.static_folder}/{name}"
    return _hash(path, os.stat(path).st_mtime_ns)  # noqa: PTH116 — making a `Path` takes longer than `stat`


@lru_cache(maxsize=256)
def _hash(path: str, _mtime_ns: int) -> str:
    """Hash the content of `path`; cached until `_mtime_ns` shows that the file was written again."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:VERSION_LENGTH]
