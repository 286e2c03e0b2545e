"""The words that a plan to last may hold. Values in, values out."""

from __future__ import annotations

from enum import StrEnum


class ScenarioKind(StrEnum):
    """How a challenge may go on after the programme, or not."""

    HIRE = "hire"
    CONTRACT = "contract"
    OTHER_PROGRAMME = "other_programme"
    OTHER_ADMINISTRATION = "other_administration"
    SHARED = "shared"
    PROOF_OF_CONCEPT = "proof_of_concept"
    STOP = "stop"


class Theme(StrEnum):
    """What a need is about, in the order in which a plan shows it."""

    TECHNICAL = "technical"
    OPERATIONAL = "operational"
    FINANCIAL = "financial"
    LEGAL = "legal"
    HR = "hr"
    COMMUNICATION = "communication"


class Nature(StrEnum):
    """Something that is lacking, or something that stands in the way."""

    NEED = "need"
    DIFFICULTY = "difficulty"


class Axis(StrEnum):
    """What a need serves."""

    PRODUCTION = "production"
    TRANSMISSION = "transmission"
    RELIABILITY = "reliability"


class ActionBy(StrEnum):
    """By whom an action is done: a column of the plan."""

    MENTORS = "mentors"
    WITH_EIGS = "with_eigs"
    COORDINATION = "coordination"


class AllyKind(StrEnum):
    """Who helps a challenge to last."""

    IT_DEPARTMENT = "it_department"
    DIRECTORATE = "directorate"
    MINISTRY = "ministry"
    INTERMINISTERIAL = "interministerial"
    OTHER_PROGRAMME = "other_programme"
    PARTNER = "partner"
    USERS = "users"
    OTHER = "other"


class HandoverKind(StrEnum):
    """What a team leaves to those who carry its challenge on, in the order of the list."""

    SURPRISES = "surprises"
    NEEDS = "needs"
    FUNCTIONAL = "functional"
    TECHNICAL = "technical"
    TRAINING = "training"
    ROADMAP = "roadmap"
    CONTACTS = "contacts"
