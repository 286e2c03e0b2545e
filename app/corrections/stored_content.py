"""A stored digest in which a bulletin has been corrected or withdrawn. Values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.digests.composition import BulletinContent, CallContent, DigestContent, KeyDateContent

EntryT = TypeVar("EntryT", BulletinContent, CallContent, KeyDateContent)


@dataclass(frozen=True, slots=True)
class BulletinTexts:
    """What a bulletin says, as Markdown; no `help`, no call for help."""

    priorities: str
    ups_and_downs: str
    help: str = ""
    key_date: date | None = None
    key_date_text: str = ""


def change_content(content: DigestContent, bulletin_id: int, texts: BulletinTexts, notice: str) -> DigestContent | None:
    """Return what a digest stores once that bulletin says `texts`; None where it tells nothing else then.

    Its call for help and its key date are left out where it has none any more.
    """

    def bulletin(entry: BulletinContent) -> BulletinContent:
        entry = {
            **entry,
            "priorities": texts.priorities,
            "ups_and_downs": texts.ups_and_downs,
            "help": texts.help,
            "notice": notice,
        }
        if not notice:
            del entry["notice"]
        return entry

    def call(entry: CallContent) -> CallContent | None:
        return {**entry, "text": texts.help} if texts.help else None

    def key_date(entry: KeyDateContent) -> KeyDateContent | None:
        day = texts.key_date
        return {**entry, "date": day.isoformat(), "text": texts.key_date_text} if day else None

    changed: DigestContent = {
        **content,
        "bulletins": _renew(content["bulletins"], bulletin_id, bulletin),
        "help_requests": _renew(content["help_requests"], bulletin_id, call),
        "key_dates": sorted(
            _renew(content["key_dates"], bulletin_id, key_date),
            key=lambda entry: (entry["date"], entry["team"], entry["text"]),
        ),
    }
    return changed if changed != content else None


def _renew(told: Sequence[EntryT], bulletin_id: int, renew: Callable[[EntryT], EntryT | None]) -> list[EntryT]:
    """Return `told` with what `renew` makes of what is of the bulletin."""
    renewed = [renew(entry) if entry["bulletin_id"] == bulletin_id else entry for entry in told]
    return [entry for entry in renewed if entry is not None]
