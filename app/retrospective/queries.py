"""Read what is recorded at a milestone into the value that its figures are counted from; all its figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from app.questionnaires.queries import closed_results
from app.questionnaires.results import ClosedResults
from app.records.milestones import END
from app.records.models import Milestone
from app.records.queries import active_teams, as_file, find_milestone, roster_heads
from app.retrospective.comparison import Comparison, compare, compare_promotions
from app.retrospective.counting import count_figures, without
from app.retrospective.figures import Figure, RecordedMilestone
from app.retrospective.frozen_records import freeze
from app.retrospective.survey_figures import survey_figures
from app.retrospective.weekly_counting import weekly_figures
from app.retrospective.weekly_queries import weekly_facts
from app.retrospective.weekly_values import WeeklyFacts
from app.teams.models import Promotion


def recorded(promotion: Promotion, milestone: Milestone) -> RecordedMilestone:
    """Return a milestone with its active teams, in the order of their names."""
    file = as_file(promotion, milestone)
    heads = roster_heads(promotion, milestone)
    return RecordedMilestone(
        key=milestone.key,
        teams=tuple(team.name for team in active_teams(promotion, milestone)),
        records={each.team: each.value for each in file.records},
        heads={team.name: heads[team.id] for team in promotion.teams if team.id in heads}
        | {each.team: each.value for each in file.heads or ()},
        excluded={each.team: each.value for each in file.exclusions or ()},
        surveys=file.surveys,
    )


def find_end(promotion: Promotion) -> RecordedMilestone | None:
    """Return the end of the promotion, where it is recorded."""
    milestone = find_milestone(promotion, END)
    return recorded(promotion, milestone) if milestone else None


def frozen_records(promotion: Promotion, milestone: Milestone) -> dict[str, object]:
    """Return what is recorded at a milestone, and at the end of its promotion, as a report keeps it."""
    ids = {team.name: team.id for team in promotion.teams}
    end = find_end(promotion)
    return {"records": freeze(recorded(promotion, milestone), ids), "end": freeze(end, ids) if end else None}


def all_figures(
    promotion: Promotion, milestone: Milestone, now: datetime, left_out: Collection[str] = ()
) -> list[Figure]:
    """Return the figures of records, questionnaires and weekly bulletins, in the order of their codes.

    The teams `left_out` are so for this one look, and in the figures of the records only.
    """
    told = without(recorded(promotion, milestone), left_out)
    results = closed_results(promotion, milestone.key, promotion.today(now))
    return gather_figures(told, find_end(promotion), weekly_facts(promotion, milestone, now), results)


def gather_figures(
    told: RecordedMilestone, end: RecordedMilestone | None, weekly: WeeklyFacts, results: Iterable[ClosedResults]
) -> list[Figure]:
    """Return every figure in the order of the codes; `end` is the end of the promotion."""
    figures = [*count_figures(told, end), *survey_figures(results), *weekly_figures(weekly)]
    return sorted(figures, key=lambda figure: figure.code)


def compare_milestones(
    promotion: Promotion, before: Milestone, other: Promotion, after: Milestone, now: datetime
) -> Comparison:
    """Compare a milestone of one promotion with one of the same, on the teams in both, or of another."""
    if promotion.id == other.id:
        return compare(recorded(promotion, before), recorded(promotion, after), find_end(promotion))
    return compare_promotions(all_figures(promotion, before, now), all_figures(other, after, now))
