"""The version of the product: the one in `pyproject.toml`, and at the head of the CHANGELOG."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def product_version() -> str:
    """Return the version, such as "0.2.0"."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])
