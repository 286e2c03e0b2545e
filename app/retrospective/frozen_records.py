"""The records that a report was counted from, as they are kept with it. Values in, values out.

The coordination sees what is recorded now; who reads what is published sees it counted from the same records for ever,
also side by side with another milestone, whatever is corrected or left out later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.records.values import as_document, record_from_document, survey_from_document
from app.records.vocabulary import SurveyPublic
from app.retrospective.figures import RecordedMilestone


def freeze(milestone: RecordedMilestone, ids: Mapping[str, int]) -> dict[str, object]:
    """Return what figures count of a milestone as plain JSON; `ids` of the teams by name, since they may be renamed."""
    names = [*milestone.teams, *sorted(({*milestone.records} | {*milestone.excluded}) - {*milestone.teams})]
    return {
        "key": milestone.key,
        "teams": [_freeze_team(name, milestone) | {"id": ids[name]} for name in names],
        "surveys": {str(public): as_document(counts) for public, counts in milestone.surveys.items()},
    }


def thaw(frozen: Mapping[str, Any], names: Mapping[int, str]) -> RecordedMilestone:
    """Return what `freeze` kept, the teams by their `names` of today."""
    teams = {names.get(each["id"], each["name"]): each for each in frozen["teams"]}
    return RecordedMilestone(
        key=frozen["key"],
        teams=tuple(name for name, each in teams.items() if each["active"]),
        records={name: record_from_document(each["record"]) for name, each in teams.items() if "record" in each},
        heads={name: each["heads"] for name, each in teams.items() if "heads" in each},
        excluded={name: each["excluded"] for name, each in teams.items() if "excluded" in each},
        surveys={SurveyPublic(public): survey_from_document(each) for public, each in frozen["surveys"].items()},
    )


def _freeze_team(name: str, milestone: RecordedMilestone) -> dict[str, object]:
    """Return what counts of one team: nothing of its record where it is left out, and no indicators, ever."""
    kept: dict[str, object] = {"name": name, "active": name in milestone.teams}
    if name in milestone.heads:
        kept["heads"] = milestone.heads[name]
    if name in milestone.excluded:
        kept["excluded"] = milestone.excluded[name]
    elif name in milestone.records:
        kept["record"] = as_document(replace(milestone.records[name], indicators=None))
    return kept
