"""The rows of indicators, as the State's impact schema has them (version 0.5.0). Values in, values out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.records.indicators import Indicator
from app.retrospective.open_data.csv_format import Row
from app.retrospective.open_data.source import OpenDataSource

NOT_TOLD = "non renseignée"  # the schema requires an administration


def indicator_rows(source: OpenDataSource) -> Iterator[Row]:
    """Yield the values of before, of now and of the target, each where it has a value and a day."""
    milestone = source.milestone
    for team in milestone.counted:
        for indicator in milestone.records[team].indicators or ():
            for value, day, is_target in _points(indicator, source.day):
                yield {
                    "administration_rattachement": source.administrations.get(team) or NOT_TOLD,
                    "nom_service_public_numerique": team,
                    "indicateur": indicator.name,
                    "valeur": value,
                    "unite_mesure": indicator.unit,
                    "est_cible": is_target,
                    "type_indicateur": indicator.type,
                    "frequence_monitoring": "autre",  # at milestones
                    "date": day,
                    "est_periode": False,
                    "est_automatise": False,
                    "source_collecte": "fiche du défi",
                }


def _points(indicator: Indicator, today: date) -> Iterator[tuple[float, date, bool]]:
    points = (
        (indicator.baseline, indicator.baseline_on, False),
        (indicator.value, today, False),
        (indicator.target, indicator.target_on, True),
    )
    yield from ((value, day, is_target) for value, day, is_target in points if value is not None and day is not None)
