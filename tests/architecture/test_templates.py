"""Pages hold no script and no style of their own, and nothing comes from another host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]
PAGES = [path for path in TEMPLATES if "email" not in path.parts]  # a letter must carry its style with it
STATIC = [path for path in sorted((ROOT / "app" / "static").rglob("*")) if path.suffix in {".css", ".js", ".svg"}]

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
SCRIPT_WITHOUT_SOURCE = re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE)
STYLE = re.compile(r"<style\b|\sstyle=", re.IGNORECASE)
HANDLER = re.compile(r"\son[a-z]+=|javascript:", re.IGNORECASE)
REMOTE = re.compile(r"(?:\b(?:https?|wss?|ftp):)//|[\"'(]//\w", re.IGNORECASE)
NAMES_A_LANGUAGE = "http://www.w3.org/"  # XML's own names, never fetched


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def source(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_holds_no_script_and_no_style(path: Path) -> None:
    found = [pattern.findall(source(path)) for pattern in (SCRIPT_WITHOUT_SOURCE, STYLE, HANDLER)]
    assert found == [[], [], []]


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path not in PAGES], ids=name_of)
def test_a_letter_holds_no_script(path: Path) -> None:
    assert re.findall(r"<script\b", source(path), re.IGNORECASE) + HANDLER.findall(source(path)) == []


@pytest.mark.parametrize("path", TEMPLATES + STATIC, ids=name_of)
def test_nothing_names_another_host(path: Path) -> None:
    assert REMOTE.findall(source(path).replace(NAMES_A_LANGUAGE, "")) == []
