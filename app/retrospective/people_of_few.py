"""Of which few teams a report would tell what became of their people. Values in, values out.

What is told of people is told of a promotion as a whole: a team is two or three people. With few teams in the base it
is about these; and where one version counts a team more than another that stays readable, the difference is.
"""

from __future__ import annotations

from app.retrospective.figures import RecordedMilestone
from app.small_numbers import SMALL

FEWEST_EIGS = 2 * SMALL  # under so many, nothing is told of reading and questionnaires either


def few_teams_told(now: RecordedMilestone, before: RecordedMilestone | None = None) -> tuple[str, ...]:
    """Return the teams of whose people a report of `now` would tell, beside one of `before`; none where they are many.

    The two are the same milestone, as it is and as it was published.
    """
    told = _telling(now) ^ _telling(before) if before else _telling(now)
    eigs = sum(max(each.eigs(team) for each in (now, before) if each) for team in told)
    return tuple(sorted(told)) if eigs < FEWEST_EIGS else ()


def _telling(milestone: RecordedMilestone) -> set[str]:
    """Return the counted teams whose records say something of where people went, or of extensions."""
    records = milestone.records
    return {team for team in milestone.counted if records[team].people or records[team].extension}
