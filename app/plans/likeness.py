"""Which past challenges ended as a plan may: « How did theirs end? ». Values in, values out.

Most past challenges have records and no plan. A challenge is alike by its plan, where that has a scenario of the same
kind; else where what is recorded of it after the programme amounts to one: who carries it on, who maintains it, what
went on, or that it was stopped. Where its people went is never asked: a team is two or three people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest

from app.plans.vocabulary import ScenarioKind
from app.records.milestones import milestone_order
from app.records.values import TeamRecord
from app.records.vocabulary import Carrier, Continuation, Maintainer, ToolState

MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class PastChallenge:
    """A challenge of another promotion; `records`, the earliest first, by the key of their milestone, from the end on.

    `planned`: the kinds of scenario in its plan.
    """

    team_id: int
    team: str
    promotion: str
    ended_on: date
    planned: frozenset[ScenarioKind]
    records: tuple[tuple[str, TeamRecord], ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A past challenge, and the kind of scenario that it shares with a plan; `by_plan`: its own plan says so."""

    challenge: PastChallenge
    kind: ScenarioKind
    by_plan: bool


def told_kinds(record: TeamRecord) -> frozenset[ScenarioKind]:
    """Return the kinds of scenario that a record amounts to. None does to a proof of concept."""
    facts = {
        ScenarioKind.HIRE: record.maintained_by is Maintainer.BUSINESS_TEAM or bool(record.posts_created),
        ScenarioKind.CONTRACT: record.maintained_by is Maintainer.CONTRACTOR,
        ScenarioKind.OTHER_PROGRAMME: record.carried_by is Carrier.HOST_WITH_PROGRAMME,
        ScenarioKind.OTHER_ADMINISTRATION: record.carried_by is Carrier.OTHER_ADMINISTRATION,
        ScenarioKind.SHARED: Continuation.BEYOND in (record.outcomes or ()),
        ScenarioKind.STOP: record.state is ToolState.STOPPED,
    }
    return frozenset(kind for kind, holds in facts.items() if holds)


def find_alike(kinds: Sequence[ScenarioKind], challenges: Iterable[PastChallenge]) -> tuple[Likeness, ...]:
    """Find up to MOST_SHOWN challenges that share one of a plan's `kinds`, each once, and each kind before a second.

    Of one kind, those come first whose plan says so, then those that are known the longest after their programme.
    """
    challenges = list(challenges)
    found = [[one for each in challenges if (one := _likeness(each, kind))] for kind in dict.fromkeys(kinds)]
    ranked = [sorted(alike, key=_rank) for alike in found]
    first: dict[int, Likeness] = {}
    for one in chain.from_iterable(zip_longest(*ranked)):
        if one is not None:
            first.setdefault(one.challenge.team_id, one)
    return tuple(first.values())[:MOST_SHOWN]


def _likeness(challenge: PastChallenge, kind: ScenarioKind) -> Likeness | None:
    """Return how the challenge is alike. Only its last record counts: what was true at the end may have changed."""
    if not challenge.records:
        return None
    by_plan = kind in challenge.planned
    if by_plan or kind in told_kinds(challenge.records[-1][1]):
        return Likeness(challenge, kind, by_plan)
    return None


def _rank(one: Likeness) -> tuple[bool, int, int, int, str]:
    stage, months = milestone_order(one.challenge.records[-1][0])
    return not one.by_plan, -stage, -months, -one.challenge.ended_on.toordinal(), one.challenge.team
