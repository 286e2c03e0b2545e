"""Teams so few that a report would reveal what became of their people. Values in, values out.

What is told of people is told of a promotion as a whole: a team is two or three people. With few teams in the base it
is about these; and where one version counts a team more than another that stays readable, the difference is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.retrospective.figures import RecordedMilestone
from app.small_numbers import SMALL

FEWEST_EIGS = 2 * SMALL  # under so many, nothing is told of reading and questionnaires either


@dataclass(frozen=True, slots=True)
class FewTeams:
    """The teams whose people a report would reveal: by itself, and by a difference from another version."""

    alone: tuple[str, ...]
    between: tuple[str, ...]


def find_few_teams(now: RecordedMilestone, versions: Collection[RecordedMilestone] = ()) -> FewTeams:
    """Return the few teams of whose people a report of `now` would tell, by itself and beside one of `versions`.

    These are the same milestone as it was published. Beside one that tells of the same teams no difference is new.
    """
    told, published = _telling(now), [(each, _telling(each)) for each in versions]
    between = {team for each, teams in published for team in _few(told ^ teams, now, each)}
    is_new = all(told != teams for _each, teams in published)
    return FewTeams(_few(told, now), tuple(sorted(between)) if is_new else ())


def _few(teams: Collection[str], *milestones: RecordedMilestone) -> tuple[str, ...]:
    """Return the teams where their EIGs are few, in any of the milestones; none where they are many."""
    eigs = sum(max(each.eigs(team) for each in milestones) for team in teams)
    return tuple(sorted(teams)) if eigs < FEWEST_EIGS else ()


def _telling(milestone: RecordedMilestone) -> set[str]:
    """Return the counted teams whose records say something of where people went, or of extensions."""
    records = milestone.records
    return {team for team in milestone.counted if records[team].people or records[team].extension}
