"""Answers that a browser saves as a file."""

from __future__ import annotations

from flask import Response


def file_response(content: str | bytes, mimetype: str, name: str) -> Response:
    """Answer with a file to be saved as `name`, which is made of slugs and so needs no quoting."""
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
