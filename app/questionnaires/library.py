"""The questionnaires that ship with the product."""

from __future__ import annotations

from pathlib import Path

from app.questionnaires.definition import QuestionnaireDefinition
from app.questionnaires.file_format import read_questionnaire
from app.records.vocabulary import SurveyPublic

SHIPPED = Path(__file__).parent / "shipped"


def read_shipped(public: SurveyPublic) -> str:
    """Return the file of the questionnaire that ships for a public."""
    return (SHIPPED / f"{public}.yml").read_text(encoding="utf-8")


def shipped_definition(public: SurveyPublic) -> QuestionnaireDefinition:
    """Return that questionnaire."""
    return read_questionnaire(read_shipped(public).encode())
