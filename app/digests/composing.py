"""The week's digest as a value: what it tells, and in which order. Values in, values out.

The order is that of a digest everybody reads the same: calls for help (new ones first), key dates of the next seven
days, the bulletins shuffled with the week as seed, late arrivals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.bulletins.moods import Mood
from app.weeks import Week

KEY_DATES_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DigestBulletin:
    """A bulletin as told: its Markdown as typed, and the HTML made of it when it was saved."""

    team: str
    slug: str
    week: Week
    mood: Mood
    priorities: str
    ups_and_downs: str
    help: str
    priorities_html: str
    ups_and_downs_html: str
    cut: bool = False  # shortened for a letter; the archive has all of it


@dataclass(frozen=True, slots=True)
class DigestCall:
    """A call for help as told. `new`: this digest is the first to tell it."""

    team: str
    text: str
    html: str
    age_days: int
    new: bool


@dataclass(frozen=True, slots=True)
class DigestKeyDate:
    """A key date as told."""

    team: str
    day: date
    text: str


@dataclass(frozen=True, slots=True)
class TeamCounts:
    """How many teams were expected to write, wrote, were paused, stayed silent (expected = wrote + silent)."""

    expected: int
    wrote: int
    paused: int

    @property
    def silent(self) -> int:
        return self.expected - self.wrote

    @property
    def everyone(self) -> int:
        """All the teams of the week, the paused ones too."""
        return self.expected + self.paused


@dataclass(frozen=True, slots=True)
class Composition:
    """A digest, in the order in which it is read."""

    promotion: str
    week: Week
    day: date  # the planned day of the digest
    teams: TeamCounts
    introduction_html: str = ""
    introduction: str = ""
    calls: tuple[DigestCall, ...] = ()
    dates: tuple[DigestKeyDate, ...] = ()
    bulletins: tuple[DigestBulletin, ...] = ()
    late: tuple[DigestBulletin, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing to tell: no bulletin, late ones included, and no word of the coordination."""
        return not (self.bulletins or self.late or self.introduction)


def compose(
    *,
    promotion: str,
    week: Week,
    day: date,
    teams: TeamCounts,
    introduction: str = "",
    introduction_html: str = "",
    bulletins: Iterable[DigestBulletin],
    calls: Iterable[DigestCall],
    dates: Iterable[DigestKeyDate],
) -> Composition:
    """Put what there is to tell in its order; the order in which it comes in does not matter."""
    told = list(bulletins)
    return Composition(
        promotion=promotion,
        week=week,
        day=day,
        teams=teams,
        introduction=introduction,
        introduction_html=introduction_html,
        calls=tuple(sorted(calls, key=lambda call: (not call.new, call.age_days, call.team, call.text))),
        dates=tuple(sorted((d for d in dates if is_soon(d.day, day)), key=lambda d: (d.day, d.team, d.text))),
        bulletins=tuple(sorted((b for b in told if b.week == week), key=lambda b: shuffle_key(week, b.slug))),
        late=tuple(sorted((b for b in told if b.week != week), key=lambda b: (b.week, shuffle_key(week, b.slug)))),
    )


def is_soon(day: date, today: date) -> bool:
    """Whether a key date is among the next seven days, the day of the digest included."""
    return today <= day <= today + KEY_DATES_AHEAD


def shuffle_key(week: Week, slug: str) -> str:
    """A team's place in a week's digest: the same for everyone and for ever, another one next week."""
    return hashlib.sha256(f"{week}:{slug}".encode()).hexdigest()


def content(composition: Composition) -> dict[str, object]:
    """The composition as plain JSON: what is stored, and what `digest preview --format json` prints."""
    told = [*composition.bulletins, *composition.late]
    return {
        "bulletins": [
            {
                "team": b.team,
                "week": b.week.label,
                "mood": b.mood.value,
                "priorities": b.priorities,
                "ups_and_downs": b.ups_and_downs,
                "help": b.help,
                "late": b.week != composition.week,
            }
            for b in told
        ],
        "help_requests": [{"team": c.team, "text": c.text, "age_days": c.age_days} for c in composition.calls],
        "key_dates": [{"team": d.team, "date": d.day.isoformat(), "text": d.text} for d in composition.dates],
        "teams": {
            "expected": composition.teams.expected,
            "wrote": composition.teams.wrote,
            "paused": composition.teams.paused,
            "silent": composition.teams.silent,
        },
    }
