"""The rows that say what the records of the challenges hold. Values in, values out.

Nothing of people is told by team: a team is two or three people.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.records.values import TeamRecord
from app.records.vocabulary import Continuation
from app.retrospective.destinations import published_destinations
from app.retrospective.figures import Figure, RecordedMilestone
from app.retrospective.open_data.columns import CountingStatus, Measure
from app.retrospective.open_data.csv_format import Row, joined
from app.retrospective.open_data.source import OpenDataSource

CONTINUATIONS = {
    Continuation.MAINTAINED: "suite_maintenu",
    Continuation.EVOLVING: "suite_evolue",
    Continuation.PRODUCTION_AFTER: "suite_production_apres",
    Continuation.BEYOND: "suite_au_dela",
}
MEASURES = {  # of people, or of what would tell of people by team
    "R12": Measure.HIRED,
    "R15": Measure.STILL_ON_PROJECT,
    "R16": Measure.EXTENDED,
    "R17": Measure.COFUNDED,
}


def team_rows(source: OpenDataSource) -> Iterator[Row]:
    """Yield each team at the milestone, then at the end; nothing of its record where it is excluded."""
    milestone, end = source.milestone, source.earlier_end
    for team in sorted({*milestone.teams, *milestone.records}):
        is_active = team in milestone.teams
        yield _team_row(source, milestone, team, _status(milestone, team) if is_active else CountingStatus.INACTIVE)
    if end:  # for one figure: whom the end excludes stays excluded, whether it worked on that day or not
        for team in sorted({*end.teams, *end.records, *end.excluded}):
            yield _team_row(source, end, team, _status(end, team))


def _team_row(source: OpenDataSource, milestone: RecordedMilestone, team: str, status: CountingStatus) -> Row:
    record = milestone.records.get(team) if status is not CountingStatus.EXCLUDED else None
    return {
        **_place(source, milestone),
        "defi": team,
        "administration": source.administrations.get(team) or None,
        "statut": status,
        **(_record_cells(record) if record else {}),
    }


def opening_rows(source: OpenDataSource) -> Iterator[Row]:
    """Yield each opening of the teams that count."""
    for place, record in _counted(source):
        for each in record.openings or ():
            yield {
                **place,
                "nature": each.kind,
                "statut": each.status,
                "titre": each.title,
                "adresse": each.url,
                "motif": each.reason,
            }


def event_rows(source: OpenDataSource) -> Iterator[Row]:
    """Yield the events of the teams that count, each kind with how many there were."""
    for place, record in _counted(source):
        for each in record.events or ():
            yield {**place, "nature": each.kind, "nombre": each.count, "themes": joined(each.themes)}


def side_project_rows(source: OpenDataSource) -> Iterator[Row]:
    """Yield the titles of what the teams that count made beside their challenge."""
    for place, record in _counted(source):
        for each in record.side_projects or ():
            yield {**place, "titre": each.title}


def people_rows(source: OpenDataSource) -> Iterator[Row]:
    """Yield the totals of the promotion. Small classes of where people go are merged with their neighbours."""
    place = _place(source, source.milestone)
    for figure in source.figures:
        if figure.code == "R13":
            yield from ({**place, **row} for row in _destination_rows(figure))
        elif figure.code in MEASURES:
            yield {
                **place,
                "mesure": MEASURES[figure.code],
                "effectif": None if figure.unknown == figure.base else figure.numerator,
                "total": figure.base,
                "non_renseigne": figure.unknown,
            }


def _destination_rows(figure: Figure) -> Iterator[Row]:
    for words, members in published_destinations(figure):
        yield {
            "mesure": Measure.DESTINATION,
            "classe": words[0],
            "classes_regroupees": joined(words) if len(words) > 1 else None,
            "effectif": None if figure.unknown == figure.base else members,
            "total": figure.base,
            "non_renseigne": figure.unknown,
        }


def _counted(source: OpenDataSource) -> Iterator[tuple[Row, TeamRecord]]:
    """Yield the records that count at the milestone, each with its place."""
    milestone = source.milestone
    for team in milestone.counted:
        yield {**_place(source, milestone), "defi": team}, milestone.records[team]


def _place(source: OpenDataSource, milestone: RecordedMilestone) -> dict[str, str]:
    return {"promotion": source.promotion, "echeance": milestone.key}


def _status(milestone: RecordedMilestone, team: str) -> CountingStatus:
    if team in milestone.excluded:
        return CountingStatus.EXCLUDED
    if team in milestone.records:
        return CountingStatus.COUNTED if team in milestone.teams else CountingStatus.INACTIVE
    return CountingStatus.MISSING


def _record_cells(record: TeamRecord) -> Row:
    held = record.outcomes
    return {
        "repondu_par": record.answered_by,
        "etat": record.state,
        "mise_en_production_prevue": record.planned_on,
        "portage": record.carried_by,
        "maintenance": record.maintained_by,
        "nouvelles_facons_de_travailler": record.new_approaches,
        "postes_crees": record.posts_created,
        **{name: None if held is None else each in held for each, name in CONTINUATIONS.items()},
        "ouvertures_renseignees": record.openings is not None,
        "actions_renseignees": record.events is not None,
        "projets_annexes_renseignes": record.side_projects is not None,
    }
