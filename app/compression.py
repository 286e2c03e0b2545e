"""What is sent is compressed, where the browser takes that: pages as they are made, the site's own files once.

About BREACH (https://breachattack.com): from the length of compressed pages that repeat what somebody else had typed, a
secret that stands in them could be guessed letter by letter, in some thousand requests. Here the cookie is not sent for
another site's requests (SameSite), a form's token has a signature that changes every second, and the length of every
page is blurred by a random name in its gzip header, as Django does (https://ieeexplore.ieee.org/document/9754554).
"""

from __future__ import annotations

import gzip
import secrets
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from flask import Flask, Response, current_app, request

SHORTEST = 1024  # bytes; below, the answer fits into one packet anyway
PAGE_LEVEL, FILE_LEVEL = 5, 9  # a page of 60 kB takes a millisecond
BLUR = 100  # bytes at most
TYPES = ("text/", "application/json", "application/javascript", "application/atom+xml", "image/svg+xml")


def init_app(app: Flask) -> None:
    """Compress the answers of `app` after everything else has been done to them: call this before any other."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Compress `response` if its sort gains by it and the client takes gzip; streams and parts stay as they are."""
    if response.status_code == 304:  # noqa: PLR2004
        response.vary.add("Accept-Encoding")  # as the answer has that it stands for (RFC 9110, 15.4.5)
    if not (response.mimetype or "").startswith(TYPES) or response.status_code in {204, 206, 304}:
        return response
    is_file = request.endpoint == "static" and response.status_code == 200  # noqa: PLR2004
    if "Content-Encoding" in response.headers or (response.is_streamed and not is_file):
        return response
    response.vary.add("Accept-Encoding")
    if request.method == "HEAD" or not request.accept_encodings.quality("gzip"):
        return response
    content = _compressed_file() if is_file else _compressed_page(response)
    if content is not None:
        response.close()  # an open file
        response.direct_passthrough = False
        response.set_data(content)  # and its Content-Length
        response.headers["Content-Encoding"] = "gzip"
        etag, _is_weak = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)  # the same words, other bytes
    return response


def _compressed_page(response: Response) -> bytes | None:
    content = response.get_data()
    if len(content) < SHORTEST:
        return None
    name = "a" * secrets.randbelow(BLUR + 1)
    with BytesIO() as compressed:
        with gzip.GzipFile(name, "wb", PAGE_LEVEL, compressed, mtime=0) as file:
            file.write(content)
        return compressed.getvalue()


def _compressed_file() -> bytes | None:
    path = Path(f"{current_app.static_folder}/{(request.view_args or {})['filename']}")
    return _compress_file(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=128)
def _compress_file(path: Path, _mtime_ns: int) -> bytes | None:
    """Return the compressed content, kept until `_mtime_ns` shows that the file was written again."""
    content = path.read_bytes()
    return gzip.compress(content, FILE_LEVEL, mtime=0) if len(content) >= SHORTEST else None
