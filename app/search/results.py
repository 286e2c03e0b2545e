"""What was found, as a page shows it: read from the rows themselves, so that no text is older than they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from app.bulletins.models import Bulletin, FrozenWeek, KeyDate
from app.bulletins.moods import Mood
from app.database import db
from app.digests.models import Introduction
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.html_to_text import html_to_text
from app.markdown import to_html
from app.search.entries import EntryKey, EntryKind
from app.teams.models import Promotion, Team
from app.weeks import Week


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found. `texts`: what it says, in plain text, by the name of the field.

    `team` is None for an introduction, `week` for the key date of a plan; `call_state` is that of a call for help;
    `issued`: the digest of `week` exists, asked for of introductions only.
    """

    kind: EntryKind
    promotion: Promotion
    team: Team | None
    week: Week | None
    texts: Mapping[str, str]
    mood: Mood | None = None
    day: date | None = None
    call_state: HelpState | None = None
    issued: bool = False


FoundByKey = dict[tuple[EntryKind, int], Found]


def read_found(keys: Sequence[EntryKey]) -> list[Found]:
    """Return what the entries with `keys` are about, in their order; one that has just gone is left out."""
    found: FoundByKey = {}
    for kinds, read in READERS:
        wanted = [key for key in keys if key.kind in kinds]
        if wanted:
            found |= read(wanted)
    return [found[key.kind, key.source_id] for key in keys if (key.kind, key.source_id) in found]


def _read_bulletins(keys: Iterable[EntryKey]) -> FoundByKey:
    ids = {key.source_id for key in keys}
    query = (
        select(Bulletin, HelpRequest.state)
        .outerjoin(HelpRequest, HelpRequest.bulletin_id == Bulletin.id)
        .options(joinedload(Bulletin.team).joinedload(Team.promotion))
        .where(Bulletin.id.in_(ids))
    )
    found: FoundByKey = {}
    for bulletin, state in db.session.execute(query):
        place = (bulletin.team.promotion, bulletin.team, bulletin.week)
        texts = {
            "priorities": html_to_text(bulletin.priorities_html),
            "ups_and_downs": html_to_text(bulletin.ups_and_downs_html),
        }
        found[EntryKind.BULLETIN, bulletin.id] = Found(EntryKind.BULLETIN, *place, texts, mood=bulletin.mood)
        call = {"help": html_to_text(bulletin.help_html)}
        found[EntryKind.CALL, bulletin.id] = Found(EntryKind.CALL, *place, call, call_state=state)
    return found


def _read_key_dates(keys: Iterable[EntryKey]) -> FoundByKey:
    query = (
        select(KeyDate)
        .options(joinedload(KeyDate.team).joinedload(Team.promotion), joinedload(KeyDate.bulletin))
        .where(KeyDate.id.in_({key.source_id for key in keys}))
    )
    return {
        (EntryKind.KEY_DATE, row.id): Found(
            EntryKind.KEY_DATE,
            row.team.promotion,
            row.team,
            row.bulletin.week if row.bulletin else None,
            {"key_date": row.text},
            day=row.day,
        )
        for row in db.session.scalars(query)
    }


def _read_introductions(keys: Iterable[EntryKey]) -> FoundByKey:
    of_week = and_(FrozenWeek.promotion_id == Introduction.promotion_id, FrozenWeek.week == Introduction.week)
    query = (
        select(Introduction, Promotion, FrozenWeek.week)
        .join(Promotion, Promotion.id == Introduction.promotion_id)
        .outerjoin(FrozenWeek, of_week)
        .where(Introduction.id.in_({key.source_id for key in keys}))
    )
    return {
        (EntryKind.INTRODUCTION, row.id): Found(
            EntryKind.INTRODUCTION,
            promotion,
            None,
            row.week,
            {"introduction": html_to_text(to_html(row.text))},
            issued=frozen is not None,
        )
        for row, promotion, frozen in db.session.execute(query)
    }


READERS: tuple[tuple[frozenset[EntryKind], Callable[[Iterable[EntryKey]], FoundByKey]], ...] = (
    (frozenset({EntryKind.BULLETIN, EntryKind.CALL}), _read_bulletins),
    (frozenset({EntryKind.KEY_DATE}), _read_key_dates),
    (frozenset({EntryKind.INTRODUCTION}), _read_introductions),
)
