"""The site's own files: their addresses change with their content, so that a browser asks for each only once."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, request, url_for

FOR_EVER = "public, max-age=31536000, immutable"
VERSION_LENGTH = 12


def init_app(app: Flask) -> None:
    """Give the templates `asset('menu.js')`."""
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of a file of `static`, with the version that it is in now."""
    path = f"{current_app.static_folder}/{name}"
    return _address(request.script_root, name, path, os.stat(path).st_mtime_ns)  # noqa: PTH116 — on every page, and quicker


@lru_cache(maxsize=256)
def _address(_root: str, name: str, path: str, _changed: int) -> str:
    version = hashlib.sha256(Path(path).read_bytes()).hexdigest()[:VERSION_LENGTH]
    return url_for("static", filename=name, v=version)
