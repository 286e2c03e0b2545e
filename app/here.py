"""What is kept for the request (or command) that we are in."""

from __future__ import annotations

from typing import Any, cast

from flask import g


def here() -> Any:
    """`flask.g` itself. The proxy finds it anew each time that something is asked of it, a hundred times a page."""
    return cast("Any", g)._get_current_object()
