"""What milestones, sections, fields and words of a record are called on pages, in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.i18n import ngettext
from app.records.form_fields import NO, NONE, TICKED, YES, FieldFault, Problem, line_part
from app.records.indicators import Direction, IndicatorTheme, IndicatorType
from app.records.milestones import AFTER, END
from app.records.sections import Section
from app.records.vocabulary import (
    Carrier,
    ClosedReason,
    Continuation,
    Destination,
    Maintainer,
    OpeningKind,
    OpeningStatus,
    Responder,
    ToolState,
    TrainingKind,
    TrainingTheme,
)

SECTIONS: Mapping[Section, str] = {
    Section.TOOL: _l("The tool"),
    Section.OPENINGS: _l("What was opened"),
    Section.EVENTS: _l("Events and side projects"),
    Section.PEOPLE: _l("The EIGs"),
    Section.FUTURE: _l("What comes next"),
    Section.INDICATORS: _l("Indicators"),
}
FIELD_LABELS: Mapping[str, str] = {
    "state": _l("State of the tool"),
    "planned_on": _l("Launch planned in"),
    "openings": _l("What was opened, or will be"),
    "no_data_reasons": _l("Why no data was opened"),
    "events": _l("Training and events"),
    "side_projects": _l("Side projects"),
    "new_approaches": _l("New ways of working"),
    "people": _l("Where the EIGs go"),
    "extension": _l("Extension"),
    "outcomes": _l("What went on after the programme"),
    "carried_by": _l("Who carries the challenge on"),
    "maintained_by": _l("Who maintains the tool"),
    "posts_created": _l("Posts created"),
    "indicators": _l("Indicators of the challenge"),
}
RESPONDERS: Mapping[Responder, str] = {
    Responder.EIG: _l("the EIGs"),
    Responder.MENTOR: _l("the mentors"),
    Responder.COORDINATION: _l("the coordinators"),
}
# By the type of the words: several types have a word “other”, and plain texts that are equal are one key.
WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Responder: {each.value: label for each, label in RESPONDERS.items()},
    ToolState: {
        ToolState.DEVELOPMENT: _l("in development"),
        ToolState.PLANNED: _l("launch planned"),
        ToolState.PRODUCTION: _l("in production"),
        ToolState.PRODUCTION_EVOLVING: _l("in production, still evolving"),
        ToolState.STOPPED: _l("stopped"),
    },
    Continuation: {
        Continuation.MAINTAINED: _l("what was made is maintained"),
        Continuation.EVOLVING: _l("a tool already in use goes on evolving"),
        Continuation.PRODUCTION_AFTER: _l("launched after the challenge"),
        Continuation.BEYOND: _l("beyond the challenge: reused, scaled up"),
    },
    Carrier: {
        Carrier.HOST: _l("the host administration"),
        Carrier.HOST_WITH_PROGRAMME: _l("the host administration, with another innovation programme"),
        Carrier.OTHER_ADMINISTRATION: _l("another administration"),
    },
    Maintainer: {
        Maintainer.BUSINESS_TEAM: _l("an in-house team of a business department"),
        Maintainer.IT_DEPARTMENT: _l("the IT department"),
        Maintainer.CONTRACTOR: _l("a contractor"),
        Maintainer.OTHER: _l("somebody else"),
        Maintainer.NOBODY: _l("nobody"),
    },
    OpeningKind: {
        OpeningKind.SOURCE_CODE: _l("source code"),
        OpeningKind.LIBRARY: _l("reusable library"),
        OpeningKind.CONTRIBUTION: _l("contribution to an existing repository"),
        OpeningKind.DATA_SET: _l("data set"),
        OpeningKind.DESIGN: _l("design resources"),
    },
    OpeningStatus: {
        OpeningStatus.OPEN: _l("opened"),
        OpeningStatus.SOON: _l("very soon"),
        OpeningStatus.WITH_OPEN_DATA_TEAM: _l("under way with the open data team"),
        OpeningStatus.ON_REQUEST: _l("on request"),
        OpeningStatus.NO: _l("not open"),
    },
    ClosedReason: {
        ClosedReason.NOT_SUITABLE: _l("not suitable"),
        ClosedReason.TIME: _l("no time"),
        ClosedReason.RESOURCES: _l("no resources"),
        ClosedReason.SECRET: _l("protected by law"),
        ClosedReason.OTHER: _l("another reason"),
    },
    TrainingKind: {
        TrainingKind.TRAINING: _l("training"),
        TrainingKind.AWARENESS: _l("awareness session"),
        TrainingKind.MEETUP: _l("meetup"),
        TrainingKind.WORKSHOP: _l("workshop"),
        TrainingKind.DEMO: _l("demonstration"),
    },
    TrainingTheme: {
        TrainingTheme.DATA_SCIENCE: _l("data science"),
        TrainingTheme.GEOMATICS: _l("geomatics"),
        TrainingTheme.OPEN_DATA: _l("open data"),
        TrainingTheme.SEMANTIC_ANALYSIS: _l("semantic analysis"),
        TrainingTheme.ACCESSIBILITY: _l("accessibility"),
        TrainingTheme.DESIGN: _l("design"),
        TrainingTheme.AGILE: _l("agile methods"),
        TrainingTheme.DEVELOPMENT: _l("software development"),
        TrainingTheme.OTHER: _l("another theme"),
    },
    Destination: {
        Destination.HOST_EMPLOYEE: _l("employed by the host administration"),
        Destination.HOST_CONTRACTOR: _l("contractor for the host administration"),
        Destination.OTHER_ADMIN_EMPLOYEE: _l("employed by another administration"),
        Destination.OTHER_ADMIN_CONTRACTOR: _l("contractor for another administration"),
        Destination.PRIVATE: _l("private sector"),
        Destination.INDEPENDENT: _l("self-employed"),
        Destination.ASSOCIATION: _l("non-profit organisation"),
        Destination.LOOKING: _l("looking for a post"),
        Destination.OTHER: _l("somewhere else"),
        Destination.UNKNOWN: _l("not known"),
    },
    IndicatorTheme: {
        IndicatorTheme.PUBLIC_POLICY: _l("public policy"),
        IndicatorTheme.PRODUCT: _l("product"),
        IndicatorTheme.TRANSFORMATION: _l("transformation"),
        IndicatorTheme.OPENNESS: _l("openness"),
    },
    IndicatorType: {IndicatorType.USAGE: _l("use"), IndicatorType.IMPACT: _l("impact")},
    Direction: {Direction.UP: _l("is to rise"), Direction.DOWN: _l("is to fall")},
}
PARTS: Mapping[tuple[str, str], str] = {  # the parts of a line, or of a field that has several
    ("openings", "kind"): _l("what"),
    ("openings", "status"): _l("how open"),
    ("openings", "title"): _l("title"),
    ("openings", "url"): _l("web address"),
    ("openings", "reason"): _l("why not"),
    ("events", "kind"): _l("what kind"),
    ("events", "count"): _l("how many"),
    ("events", "themes"): _l("themes"),
    ("side_projects", "title"): _l("title"),
    ("side_projects", "text"): _l("in a few words"),
    ("people", "still_on_project"): _l("still on the project"),
    ("extension", "extended"): _l("EIGs extended"),
    ("extension", "cofunded_by_programme"): _l("paid in part by the programme"),
    ("indicators", "name"): _l("name"),
    ("indicators", "type"): _l("use or impact"),
    ("indicators", "unit"): _l("unit"),
    ("indicators", "direction"): _l("direction"),
    ("indicators", "theme"): _l("theme"),
    ("indicators", "baseline"): _l("baseline"),
    ("indicators", "baseline_on"): _l("day of the baseline"),
    ("indicators", "target"): _l("target"),
    ("indicators", "target_on"): _l("day of the target"),
    ("indicators", "value"): _l("value now"),
}
CHOICES: Mapping[tuple[str, str], type[StrEnum]] = {  # whose words a field, or a part of it, is one of
    ("state", ""): ToolState,
    ("openings", "kind"): OpeningKind,
    ("openings", "status"): OpeningStatus,
    ("openings", "reason"): ClosedReason,
    ("no_data_reasons", ""): ClosedReason,
    ("events", "kind"): TrainingKind,
    ("events", "themes"): TrainingTheme,
    ("outcomes", ""): Continuation,
    ("carried_by", ""): Carrier,
    ("maintained_by", ""): Maintainer,
    ("people", ""): Destination,
    ("indicators", "type"): IndicatorType,
    ("indicators", "direction"): Direction,
    ("indicators", "theme"): IndicatorTheme,
}
PROBLEMS: Mapping[Problem, str] = {
    Problem.NOT_A_CHOICE: _l("Choose one of the answers."),
    Problem.NOT_A_COUNT: _l("Write a whole number, from 0 to %(limit)d. Leave it empty if nobody knows."),
    Problem.NOT_A_NUMBER: _l("Write a number, such as 12 or 12.5. The unit has a field of its own."),
    Problem.NOT_A_MONTH: _l("This is not a month. Write it as 2020-03."),
    Problem.NOT_A_DAY: _l("This is not a date. Write it as 2019-03-08."),
    Problem.NOT_AN_ADDRESS: _l("This is not a web address. It begins with https://"),
    Problem.TOO_LONG: _l("%(number)d characters: the limit is %(limit)d."),
    Problem.TOO_MANY_LINES: _l("%(number)d lines: at most %(limit)d. Keep those that matter most."),
    Problem.MISSING: _l("This is missing. Fill it in, or empty the whole line."),
    Problem.NONE_AND_SOME: _l("This says that there is nothing, and something is filled in: keep one of the two."),
    Problem.TOO_MANY_PEOPLE: _l(
        "%(number)d people, more than this team has EIGs (%(limit)d). If that is wrong, tell your coordinators."
    ),
    Problem.BASELINE_WITHOUT_DAY: _l("On which day was the baseline measured?"),
    Problem.DAY_WITHOUT_BASELINE: _l("Give the value measured on that day, or empty the day."),
    Problem.WRONG_DIRECTION: _l(
        "The target lies behind the baseline: check them, and whether it is to rise or to fall."
    ),
    Problem.SAME_NAME: _l("Another indicator has this name: give each its own."),
}


def milestone_name(key: str) -> str:
    """Name a milestone: « mi-parcours », « fin de la promotion », « 6 mois après la fin »."""
    after = AFTER.fullmatch(key)
    if after:
        months = int(after[1])
        return ngettext("%(num)d month after the end", "%(num)d months after the end", months)
    return _("end of the cohort") if key == END else _("mid-term")


def word_label(word: StrEnum) -> str:
    """Return what a word of a record is called."""
    return str(WORDS[type(word)][word])


def fault_text(fault: FieldFault) -> str:
    """Say what is wrong with a field."""
    return str(PROBLEMS[fault.problem]) % {"number": fault.number, "limit": fault.limit}


def fault_label(name: str) -> str:
    """Return what a field of the form is called: « Ce qui a été ouvert, ligne 2, titre »."""
    of_line = line_part(name)
    if of_line is None:
        field, _dash, part = name.partition("-")
        label = str(FIELD_LABELS[field])
    else:
        field, number, part = of_line
        label = _("%(field)s, line %(number)d", field=FIELD_LABELS[field], number=number + 1)
    named = PARTS.get((field, part.partition("-")[0]))
    return f"{label}, {named}" if named else label


def typed_text(name: str, text: str) -> str:
    """Return what somebody chose or ticked in a field of the form as they read it, and any other text as it is."""
    field, _number, rest = line_part(name) or (name.partition("-")[0], 0, "")
    part, _dash, word = rest.partition("-") if rest else ("", "", name.partition("-")[2])
    labels = WORDS[CHOICES[field, part]] if (field, part) in CHOICES else {}
    if word in labels:  # a box, or a number of people
        return str(labels[word]) if text == TICKED else f"{labels[word]}{_(': ')}{text}"
    others = {YES: _("yes"), NO: _("no"), NONE: _("nothing"), TICKED: _("nothing")}
    return str(labels.get(text) or others.get(text, text))
