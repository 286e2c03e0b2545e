"""The week's digest as a value: what is in it, in which order, and how it is shortened. Values in, values out.

The order is that of a digest everybody reads the same: calls for help (new ones first), key dates of the next seven
days, the bulletins shuffled with the week as seed, late bulletins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NotRequired, TypedDict

from app.bulletins.moods import Mood
from app.weeks import Week

KEY_DATES_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DigestBulletin:
    """A bulletin in a digest: its Markdown as typed, and the HTML made of it when it was saved.

    `notice`: since when it is corrected. `bulletin_id`: its row, as in the calls and key dates, which are of one too.
    """

    team: str
    slug: str
    week: Week
    mood: Mood
    priorities: str
    ups_and_downs: str
    help: str
    priorities_html: str
    ups_and_downs_html: str
    truncated: bool = False  # for a letter; the archive has all of it
    notice: str = ""
    bulletin_id: int | None = None


@dataclass(frozen=True, slots=True)
class DigestCall:
    """A call for help in a digest. `new`: no earlier digest has it."""

    team: str
    text: str
    html: str
    age_days: int
    new: bool
    bulletin_id: int | None = None


@dataclass(frozen=True, slots=True)
class DigestKeyDate:
    """A key date in a digest, of a bulletin or of a plan."""

    team: str
    day: date
    text: str
    bulletin_id: int | None = None


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
    def total(self) -> int:
        """All the teams of the week, the paused ones too."""
        return self.expected + self.paused


@dataclass(frozen=True, slots=True)
class Composition:
    """A digest, in the order in which it is read."""

    promotion: str
    week: Week
    day: date  # the planned day of the digest
    teams: TeamCounts
    locale: str = ""  # that its members write in
    introduction_html: str = ""
    introduction: str = ""
    introduction_notice: str = ""
    calls: tuple[DigestCall, ...] = ()
    dates: tuple[DigestKeyDate, ...] = ()
    bulletins: tuple[DigestBulletin, ...] = ()
    late: tuple[DigestBulletin, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is no bulletin, late ones included, and no introduction by the coordination."""
        return not (self.bulletins or self.late or self.introduction)


def compose(
    *,
    promotion: str,
    week: Week,
    day: date,
    teams: TeamCounts,
    locale: str = "",
    introduction: str = "",
    introduction_html: str = "",
    bulletins: Iterable[DigestBulletin],
    calls: Iterable[DigestCall],
    dates: Iterable[DigestKeyDate],
) -> Composition:
    """Put bulletins, calls and key dates in the order of the digest of `week`, whatever order they come in."""
    bulletins = list(bulletins)
    return Composition(
        promotion=promotion,
        week=week,
        day=day,
        teams=teams,
        locale=locale,
        introduction=introduction,
        introduction_html=introduction_html,
        calls=tuple(sorted(calls, key=lambda call: (not call.new, call.age_days, call.team, call.text))),
        dates=tuple(sorted((d for d in dates if is_soon(d.day, day)), key=lambda d: (d.day, d.team, d.text))),
        bulletins=tuple(sorted((b for b in bulletins if b.week == week), key=lambda b: shuffle_key(week, b.slug))),
        late=tuple(sorted((b for b in bulletins if b.week != week), key=lambda b: (b.week, shuffle_key(week, b.slug)))),
    )


def is_soon(day: date, today: date) -> bool:
    """Return whether a key date is among the next seven days, the day of the digest (`today`) included."""
    return today <= day <= today + KEY_DATES_AHEAD


def shuffle_key(week: Week, slug: str) -> str:
    """Return what sorts the team `slug` in a week's digest: the same for every reader, new each week."""
    return hashlib.sha256(f"{week}:{slug}".encode()).hexdigest()


def truncate(composition: Composition, length: int, to_html: Callable[[str], str]) -> Composition:
    """Cut every text of more than `length` code points after a whole word, for a letter that would be too large.

    `to_html` makes the HTML of the Markdown that is left.
    """

    def shorten(text: str, html: str) -> tuple[str, str]:
        if len(text) <= length:
            return text, html
        short = " ".join([*text[:length].rsplit(maxsplit=1)[:1], "[…]"])
        return short, to_html(short)

    def shorten_bulletin(bulletin: DigestBulletin) -> DigestBulletin:
        priorities, priorities_html = shorten(bulletin.priorities, bulletin.priorities_html)
        ups_and_downs, ups_and_downs_html = shorten(bulletin.ups_and_downs, bulletin.ups_and_downs_html)
        return replace(
            bulletin,
            priorities=priorities,
            priorities_html=priorities_html,
            ups_and_downs=ups_and_downs,
            ups_and_downs_html=ups_and_downs_html,
            truncated=priorities != bulletin.priorities or ups_and_downs != bulletin.ups_and_downs,
        )

    def shorten_call(call: DigestCall) -> DigestCall:
        text, html = shorten(call.text, call.html)
        return replace(call, text=text, html=html)

    return replace(
        composition,
        bulletins=tuple(map(shorten_bulletin, composition.bulletins)),
        late=tuple(map(shorten_bulletin, composition.late)),
        calls=tuple(map(shorten_call, composition.calls)),
    )


class BulletinContent(TypedDict):
    """A bulletin of a stored digest; with a `notice` only where it is corrected."""

    bulletin_id: int | None
    team: str
    week: str  # such as 2019-W10
    mood: str
    priorities: str
    ups_and_downs: str
    help: str
    late: bool
    notice: NotRequired[str]


class CallContent(TypedDict):
    """A call for help of a stored digest."""

    bulletin_id: int | None
    team: str
    text: str
    age_days: int


class KeyDateContent(TypedDict):
    """A key date of a stored digest."""

    bulletin_id: int | None  # None for a plan's
    team: str
    date: str  # ISO 8601
    text: str


class TeamsContent(TypedDict):
    """The `TeamCounts` of a stored digest."""

    expected: int
    wrote: int
    paused: int
    silent: int


class DigestContent(TypedDict):
    """A digest as plain JSON, as it is stored: its texts, and by `bulletin_id` the bulletins that they come from.

    None where a digest that was issued before ids were stored tells what was not known again.
    """

    bulletins: list[BulletinContent]
    help_requests: list[CallContent]
    key_dates: list[KeyDateContent]
    teams: TeamsContent


def content(composition: Composition) -> DigestContent:
    """Return the composition as plain JSON."""
    teams = composition.teams
    return {
        "bulletins": [
            _bulletin_content(b, late=b.week != composition.week) for b in (*composition.bulletins, *composition.late)
        ],
        "help_requests": [
            {"bulletin_id": c.bulletin_id, "team": c.team, "text": c.text, "age_days": c.age_days}
            for c in composition.calls
        ],
        "key_dates": [
            {"bulletin_id": d.bulletin_id, "team": d.team, "date": d.day.isoformat(), "text": d.text}
            for d in composition.dates
        ],
        "teams": {"expected": teams.expected, "wrote": teams.wrote, "paused": teams.paused, "silent": teams.silent},
    }


def public_content(stored: DigestContent) -> dict[str, object]:
    """Return what a digest tells, without ids: what `digest preview --format json` prints."""

    def without_id(entry: Mapping[str, object]) -> dict[str, object]:
        return {key: value for key, value in entry.items() if key != "bulletin_id"}

    return {
        "bulletins": [without_id(entry) for entry in stored["bulletins"]],
        "help_requests": [without_id(entry) for entry in stored["help_requests"]],
        "key_dates": [without_id(entry) for entry in stored["key_dates"]],
        "teams": stored["teams"],
    }


def _bulletin_content(bulletin: DigestBulletin, *, late: bool) -> BulletinContent:
    stored: BulletinContent = {
        "bulletin_id": bulletin.bulletin_id,
        "team": bulletin.team,
        "week": bulletin.week.label,
        "mood": bulletin.mood.value,
        "priorities": bulletin.priorities,
        "ups_and_downs": bulletin.ups_and_downs,
        "help": bulletin.help,
        "late": late,
    }
    return {**stored, "notice": bulletin.notice} if bulletin.notice else stored
