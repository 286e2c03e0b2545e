"""Small questionnaires for tests, and answers to those that ship with the product."""

from __future__ import annotations

from pathlib import Path

from app.questionnaires.definition import QuestionnaireDefinition
from app.questionnaires.file_format import read_questionnaire

SHIPPED = Path(__file__).parents[2] / "app" / "questionnaires" / "shipped"
SMALL_FILE = """\
key: eig
audience: eig
version: 1
minutes: 3
title: {fr: "Trois questions", en: "Three questions"}
sections:
- key: first
  title: {fr: "Le défi", en: "The challenge"}
  questions:
  - key: results
    type: scale
    ends: {fr: [bas, haut], en: [low, high]}
    text: {fr: "Satisfait ?", en: "Satisfied?"}
  - key: moved
    type: yes_no
    text: {fr: "Le périmètre a-t-il changé ?", en: "Did the scope change?"}
  - key: how
    type: text
    quotable: true
    show_if: {moved: true}
    text: {fr: "Comment ?", en: "How?"}
- key: second
  title: {fr: "Les formats", en: "The formats"}
  block: weekly_bulletins
  questions:
  - key: formats
    type: several
    at_most: 2
    disclosure: counts
    text: {fr: "Lesquels ?", en: "Which ones?"}
    choices:
    - {key: launch, fr: "lancement", en: "launch"}
    - {key: sessions, fr: "sessions", en: "sessions"}
    - {key: other, fr: "autre", en: "other", other: true}
  - key: reading
    type: choice
    text: {fr: "Lisiez-vous ?", en: "Did you read?"}
    choices:
    - {key: every_week, fr: "chaque semaine", en: "every week"}
    - {key: twice_a_month, fr: "deux fois", en: "twice"}
    - {key: once_a_month, fr: "une fois", en: "once"}
    - {key: rarely, fr: "rarement", en: "rarely"}
    - {key: never, fr: "jamais", en: "never"}
  - key: brought
    type: grid
    optional_na: true
    ends: {fr: [non, oui], en: ["no", "yes"]}
    text: {fr: "Apports", en: "What it brought"}
    rows:
    - {key: methods, fr: "méthodes", en: "methods"}
    - {key: skills, fr: "compétences", en: "skills"}
"""


def small() -> QuestionnaireDefinition:
    """The definition of SMALL_FILE."""
    return read_questionnaire(SMALL_FILE.encode())


def shipped(name: str) -> QuestionnaireDefinition:
    """The definition of a questionnaire that ships with the product: `eig` or `mentor`."""
    return read_questionnaire((SHIPPED / f"{name}.yml").read_bytes())
