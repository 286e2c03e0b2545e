"""The words that a record may hold, as its file spells them. Values in, values out."""

from __future__ import annotations

from enum import StrEnum


class Responder(StrEnum):
    """Who answered: a role, never a name."""

    EIG = "eig"
    MENTOR = "mentor"
    COORDINATION = "coordination"


class ToolState(StrEnum):
    """How far a challenge's tool is."""

    DEVELOPMENT = "development"
    PLANNED = "planned"
    PRODUCTION = "production"
    PRODUCTION_EVOLVING = "production_evolving"
    STOPPED = "stopped"


IN_PRODUCTION = frozenset({ToolState.PRODUCTION, ToolState.PRODUCTION_EVOLVING})


class Continuation(StrEnum):
    """What went on after the programme's support; several hold."""

    MAINTAINED = "maintained"
    EVOLVING = "evolving"
    PRODUCTION_AFTER = "production_after"
    BEYOND = "beyond"


class Carrier(StrEnum):
    """Who carries the challenge on."""

    HOST = "host"
    HOST_WITH_PROGRAMME = "host_with_programme"
    OTHER_ADMINISTRATION = "other_administration"


class Maintainer(StrEnum):
    """Who maintains the tool."""

    BUSINESS_TEAM = "business_team"
    IT_DEPARTMENT = "it_department"
    CONTRACTOR = "contractor"
    OTHER = "other"
    NOBODY = "nobody"


class OpeningKind(StrEnum):
    """What was opened, or could be."""

    SOURCE_CODE = "source_code"
    LIBRARY = "library"
    CONTRIBUTION = "contribution"
    DATA_SET = "data_set"
    DESIGN = "design"


class OpeningStatus(StrEnum):
    """How open it is."""

    OPEN = "open"
    SOON = "soon"
    WITH_OPEN_DATA_TEAM = "with_open_data_team"
    ON_REQUEST = "on_request"
    NO = "no"


class ClosedReason(StrEnum):
    """Why something was not opened."""

    NOT_SUITABLE = "not_suitable"
    TIME = "time"
    RESOURCES = "resources"
    SECRET = "secret"  # noqa: S105 — protected by law, no password
    OTHER = "other"


class TrainingKind(StrEnum):
    """An event that a team held for its administration."""

    TRAINING = "training"
    AWARENESS = "awareness"
    MEETUP = "meetup"
    WORKSHOP = "workshop"
    DEMO = "demo"


class TrainingTheme(StrEnum):
    """What such an event was about."""

    DATA_SCIENCE = "data_science"
    GEOMATICS = "geomatics"
    OPEN_DATA = "open_data"
    SEMANTIC_ANALYSIS = "semantic_analysis"
    ACCESSIBILITY = "accessibility"
    DESIGN = "design"
    AGILE = "agile"
    DEVELOPMENT = "development"
    OTHER = "other"


class Destination(StrEnum):
    """Where EIGs go."""

    HOST_EMPLOYEE = "host_employee"
    HOST_CONTRACTOR = "host_contractor"
    OTHER_ADMIN_EMPLOYEE = "other_admin_employee"
    OTHER_ADMIN_CONTRACTOR = "other_admin_contractor"
    PRIVATE = "private"
    INDEPENDENT = "independent"
    ASSOCIATION = "association"
    LOOKING = "looking"
    OTHER = "other"
    UNKNOWN = "unknown"


IN_ADMINISTRATION = (
    Destination.HOST_EMPLOYEE,
    Destination.HOST_CONTRACTOR,
    Destination.OTHER_ADMIN_EMPLOYEE,
    Destination.OTHER_ADMIN_CONTRACTOR,
)


class SurveyPublic(StrEnum):
    """Whom a questionnaire asked."""

    EIG = "eig"
    MENTOR = "mentor"


class ReadingClass(StrEnum):
    """How often somebody says to have read the bulletins, the most often first."""

    EVERY_WEEK = "every_week"
    TWICE_A_MONTH = "twice_a_month"
    ONCE_A_MONTH = "once_a_month"
    RARELY = "rarely"
    NEVER = "never"
