"""One line of the desk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to do: in words, and the URL of where."""

    words: str
    url: str
