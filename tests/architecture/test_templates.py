"""Pages hold no script and no style of their own, and nothing comes from another host."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]
LETTERS = [path for path in TEMPLATES if "email" in path.parts]  # a letter must carry its style with it
PAGES = [path for path in TEMPLATES if path not in LETTERS]
STATIC = [path for path in sorted((ROOT / "app" / "static").rglob("*")) if path.suffix in {".css", ".js", ".svg"}]

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
SCRIPT_WITHOUT_SOURCE = re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE)
STYLE = re.compile(r"<style\b|\sstyle=", re.IGNORECASE)
HANDLER = re.compile(r"\son[a-z]+=|javascript:", re.IGNORECASE)
REMOTE = re.compile(r"(?:\b(?:https?|wss?|ftp):)//|[\"'(]//\w", re.IGNORECASE)
NAMES_A_LANGUAGE = "http://www.w3.org/"  # XML's own names, never fetched


def found(paths: list[Path], *patterns: re.Pattern[str]) -> dict[str, list[str]]:
    """What the patterns find in each of the files, by its path; files without a match are left out."""
    assert paths
    matches = {str(path.relative_to(ROOT)): list(_matches(source(path), patterns)) for path in paths}
    return {path: words for path, words in matches.items() if words}


def source(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8")).replace(NAMES_A_LANGUAGE, "")


def _matches(text: str, patterns: Iterable[re.Pattern[str]]) -> Iterable[str]:
    return (match.group() for pattern in patterns for match in pattern.finditer(text))


def test_a_page_holds_no_script_and_no_style() -> None:
    assert found(PAGES, SCRIPT_WITHOUT_SOURCE, STYLE, HANDLER) == {}


def test_a_letter_holds_no_script() -> None:
    assert found(LETTERS, SCRIPT, HANDLER) == {}


def test_nothing_names_another_host() -> None:
    assert found(TEMPLATES + STATIC, REMOTE) == {}


BUILT = re.compile(r"([a-z]{2}-[\w-]*(?:--|__))\{(?:\{|% if)")  # `fr-badge--{{ kind }}`
KIND = re.compile(r"\bkind='(\w+)'")  # of a table, whose class is `bl-` and its kind
STORED = {"bl-label"}  # in digests issued earlier


def test_every_class_of_a_style_sheet_is_given_to_something() -> None:
    sheets = "".join(path.read_text(encoding="utf-8") for path in STATIC if path.suffix == ".css")
    classes = set(re.findall(r"\.([a-z]{2}-[\w-]*\w)", re.sub(r"(?s)/\*.*?\*/", "", sheets)))
    users = [*PAGES, *(path for path in STATIC if path.suffix == ".js"), *(ROOT / "app").rglob("*.py")]
    given = "".join(path.read_text(encoding="utf-8") for path in users)
    built = tuple(BUILT.findall(given))
    known = STORED | set(re.findall(r"[a-z]{2}-[\w-]*\w", given)) | {f"bl-{kind}" for kind in KIND.findall(given)}
    assert len(classes) > 300
    assert sorted(name for name in classes - known if not name.startswith(built)) == []


def test_every_value_that_a_style_sheet_names_is_taken_by_a_rule() -> None:
    sheets = "".join(path.read_text(encoding="utf-8") for path in STATIC if path.suffix == ".css")
    named, taken = (set(re.findall(pattern, sheets)) for pattern in (r"(--bl-[\w-]+):", r"var\((--bl-[\w-]+)"))
    assert len(named) > 20
    assert named == taken
