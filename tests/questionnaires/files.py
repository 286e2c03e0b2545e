"""Small questionnaires for tests, and answers to those that ship with the product."""

from __future__ import annotations

from pathlib import Path
from random import Random

from app.questionnaires.definition import QUOTABLE, WORDS, Answers, QuestionnaireDefinition, QuestionType
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


def some_answers(definition: QuestionnaireDefinition, random: Random, text: str, skips: float = 0.1) -> Answers:
    """Answers of somebody, drawn by `random`; whatever they write is `text`. Each question is skipped with `skips`."""
    answers: dict[str, tuple[str, ...]] = {}
    for question in definition.questions:
        if random.random() < skips or (question.condition and not question.condition.holds(answers)):
            continue
        if question.type is QuestionType.TEXT:
            answers[question.key] = (text,)
            if question.quotable and random.random() < 0.5:
                answers[f"{question.key}{QUOTABLE}"] = ("1",)
        elif question.type is QuestionType.SEVERAL:
            keys = [each.key for each in question.classes]
            answers[question.key] = tuple(random.sample(keys, random.randint(1, question.at_most or len(keys))))
        else:
            answers |= {name: (random.choice(question.allowed),) for name in question.names}
        if question.other and question.other.key in answers.get(question.key, ()):
            answers[f"{question.key}{WORDS}"] = (text,)
    return answers
