"""The French State's design system, for `THEME=dsfr`: its files, out of a wheel or a folder, and the links it demands.

The wheel is `django-dsfr`, installed without Django and never imported. One style sheet is made of the parts that our
pages use: 57 kB compressed, instead of 92 for the whole. Its licence is for State bodies alone; `config.py` refuses
it on any other site.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, send_from_directory

from app.access import Access, access
from app.assets import IMMUTABLE
from app.extensions import settings
from config_checks import DSFR_CORE, find_dsfr

COMPONENTS = (
    *("accordion", "alert", "badge", "breadcrumb", "button", "callout", "card", "checkbox", "footer", "form", "header"),
    *("input", "link", "logo", "navigation", "radio", "select", "skiplink", "table", "tag", "upload"),
)
SERVED = ("fonts/", "icons/", "favicon/")
STATE_LINKS = (  # which the design system demands at the foot of every page
    ("info.gouv.fr", "https://www.info.gouv.fr"),
    ("service-public.gouv.fr", "https://www.service-public.gouv.fr"),
    ("legifrance.gouv.fr", "https://legifrance.gouv.fr"),
    ("data.gouv.fr", "https://data.gouv.fr"),
)

pages = Blueprint("dsfr", __name__)


def init_app(app: Flask) -> None:
    """Serve the files of the design system where the settings want its theme."""
    if app.config["SETTINGS"].theme == "dsfr":
        app.register_blueprint(pages)


@cache
def style_sheet(folder: Path) -> str:
    """Return one style sheet of the parts in use, which names fonts and icons relative to `folder`."""
    parts = [DSFR_CORE, "scheme/scheme.min.css", *(f"component/{name}/{name}.main.min.css" for name in COMPONENTS)]
    texts = [(folder / part).read_text(encoding="utf-8") for part in parts]
    return "\n".join(text.replace("url(../../", "url(").replace("url(../", "url(") for text in texts)


@cache
def version(folder: Path) -> str:
    """Return what changes with the style sheet: URLs hold it, and may be kept for good."""
    return hashlib.sha256(style_sheet(folder).encode()).hexdigest()[:12]


def current_version() -> str:
    """Return the version in use; an empty text in another theme."""
    folder = find_dsfr(settings().dsfr_path) if settings().theme == "dsfr" else None
    return version(folder) if folder else ""


@pages.get("/dsfr/<name>/<path:filename>")
@access(Access.PUBLIC)
def file(name: str, filename: str) -> Response:
    """Give the style sheet, or a font or an icon that it names."""
    folder = find_dsfr(current_app.config["SETTINGS"].dsfr_path)
    if folder is None or name != version(folder):
        abort(404)
    if filename == "dsfr.css":
        answer = Response(style_sheet(folder), mimetype="text/css")
    elif filename.startswith(SERVED) and ".." not in filename:
        answer = send_from_directory(folder, filename)
    else:
        abort(404)
    answer.headers["Cache-Control"] = IMMUTABLE
    return answer
