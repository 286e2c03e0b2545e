"""The words of questionnaires on pages: faults of answers, classes of results."""

from __future__ import annotations

from app.i18n import current_locale, ngettext
from app.i18n import gettext as _
from app.questionnaires.answers import AnswerFault, AnswerFaultKind
from app.questionnaires.definition import NO, NOT_APPLICABLE, YES, SurveyQuestion, Words
from app.questionnaires.results import NO_ANSWER, ClassCount, QuestionResult
from app.records.vocabulary import SurveyPublic


def in_locale(words: Words) -> str:
    """Return a text of a questionnaire in the current language."""
    return words[current_locale()]


def public_name(public: SurveyPublic) -> str:
    """Name whom a questionnaire asks."""
    return _("the EIGs") if public is SurveyPublic.EIG else _("the mentors")


def class_label(key: str, words: Words) -> str:
    """Return the words of a class: its own, ours, or its number on a scale."""
    own = {
        YES: _("yes"),
        NO: _("no"),
        NOT_APPLICABLE: _("not applicable"),
        NO_ANSWER: _("no answer"),
    }
    return words.get(current_locale()) or own.get(key, key)


def answer_label(question: SurveyQuestion, key: str) -> str:
    """Return the words of one of the answers to a question."""
    return class_label(key, next((each.words for each in question.classes if each.key == key), {}))


def count_label(result: QuestionResult, count: ClassCount) -> str:
    """Name the classes that are counted together: « rarement, jamais ou sans réponse »."""
    words = {each.key: each.words for each in result.classes}
    labels = [class_label(key, words[key]) for key in count.classes]
    if len(labels) == 1:
        return labels[0]
    return _("%(first)s or %(last)s", first=", ".join(labels[:-1]), last=labels[-1])


def format_mean(mean: float) -> str:
    """Write a mean with one decimal: « 3,9 », “3.9”."""
    text = f"{mean:.1f}"
    return text.replace(".", ",") if current_locale() == "fr" else text


def describe_fault(fault: AnswerFault) -> str:
    """Say what is wrong with an answer."""
    match fault.kind:
        case AnswerFaultKind.TOO_LONG:
            message = _("%(length)d characters: %(over)d too many. The limit is %(limit)d.")
            return message % {"length": fault.given, "over": fault.given - fault.limit, "limit": fault.limit}
        case AnswerFaultKind.TOO_MANY:
            return ngettext("Choose %(num)d at most.", "Choose %(num)d at most.", fault.limit)
        case AnswerFaultKind.NOT_ASKED:
            return _("This question is no longer asked after your other answers: this answer is left out.")
        case AnswerFaultKind.UNKNOWN_CLASS:
            return _("This is not one of the answers: choose again.")
        case _:
            return _("This questionnaire has no such question: reload the page from the link in your email.")
