"""What becomes of a record that several people fill in at once. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.records.values import TeamRecord
from app.records.vocabulary import Responder

WEIGHTS = (Responder.COORDINATION, Responder.EIG, Responder.MENTOR)  # the last one wins


@dataclass(frozen=True, slots=True)
class Merged:
    """A record with what was saved into it; `conflicts` are the fields that somebody else has changed otherwise."""

    record: TeamRecord
    conflicts: tuple[str, ...]


def merge(stored: TeamRecord, base: TeamRecord, values: Mapping[str, Any]) -> Merged:
    """Save `values`, which were written over `base`, into `stored`, which may have changed since.

    A field that the author has left as it was keeps what is stored; one that both have changed is a conflict, unless
    to the same.
    """
    changed = {name: value for name, value in values.items() if value != getattr(base, name)}
    conflicts = tuple(
        name
        for name, value in changed.items()
        if getattr(stored, name) != getattr(base, name) and getattr(stored, name) != value
    )
    return Merged(replace(stored, **changed), conflicts)


def merge_responder(before: Responder | None, responder: Responder | None) -> Responder | None:
    """Return who has answered once `responder` has saved something as well.

    A mentor's answer stays the mentor's though an EIG adds to it, or the coordination mends a word: « answered by the
    EIGs » means for want of the mentors.
    """
    both = [each for each in WEIGHTS if each in {before, responder}]
    return both[-1] if both else None
