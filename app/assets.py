"""The site's own files: their addresses change with their content, so that a browser asks for each only once."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, g, request, url_for

from app.here import here

FOR_EVER = "public, max-age=31536000, immutable"
VERSION_LENGTH = 12


def init_app(app: Flask) -> None:
    """Give the templates `asset('menu.js')`."""
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of a file of `static`, with the version that it is in now."""
    folder, root, may_change = here().get("static") or _place()
    path = f"{folder}/{name}"
    return _address(root, name, path, os.stat(path).st_mtime_ns if may_change else None)  # noqa: PTH116 — quicker


def _place() -> tuple[str | None, str, bool]:
    """What the files of a request have in common; they change while the site runs where its templates may as well."""
    g.static = place = current_app.static_folder, request.script_root, bool(current_app.jinja_env.auto_reload)
    return place


def is_as_named(name: str, version: str | None) -> bool:
    """Whether a file is still in the version that an address names, so that a browser may keep it for ever."""
    return version == _version(Path(current_app.static_folder or "") / name)


@lru_cache(maxsize=256)
def _address(_root: str, name: str, path: str, _changed: int | None) -> str:
    return url_for("static", filename=name, v=_version(Path(path)))


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:VERSION_LENGTH]
