"""A record as it is read: question, answer, and what it was before, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.i18n import current_locale, format_day, ngettext, short_date
from app.i18n import gettext as _
from app.link_labels import host_to_tell
from app.records.indicators import Direction, Indicator, name_key
from app.records.sections import FIELDS, Section
from app.records.values import Destinations, Extension, Opening, SideProject, TeamRecord, Training
from app.records.vocabulary import OpeningKind, OpeningStatus, ToolState
from app.records.words import FIELD_LABELS, SECTIONS, word_label

OF_PEOPLE = {"people", "extension"}  # about two or three people: for their team and the coordination alone
MINUS = "\N{MINUS SIGN}"
COUNT_UNIT = "unité"  # what the schema of indicators has for what is only counted: « 12 unité » is no French
NO_BREAK = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer; `url` is where it leads, `detail` what is said besides."""

    text: str
    url: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a record in one field; `lines` is None where it is unknown, `before` where there is none to show.

    `before` is the answer at the milestone before, where it was another.
    """

    field: str
    label: str
    lines: tuple[Line, ...] | None
    before: tuple[Line, ...] | None = None


@dataclass(frozen=True, slots=True)
class ReadSection:
    """The answers of one section."""

    section: Section
    title: str
    answers: tuple[Answer, ...]

    @property
    def known(self) -> int:
        """How many of its questions are answered."""
        return sum(answer.lines is not None for answer in self.answers)


def read_record(record: TeamRecord, earlier: TeamRecord | None = None, *, with_people: bool) -> tuple[ReadSection, ...]:
    """Return the sections of a record, with what it was in `earlier`; people only for who may see them."""
    sections = []
    for section in Section:
        fields = [name for name in FIELDS[section] if with_people or name not in OF_PEOPLE]
        answers = tuple(_answer(name, record, earlier) for name in fields if _is_asked(name, record))
        if answers:
            sections.append(ReadSection(section, str(SECTIONS[section]), answers))
    return tuple(sections)


def _is_asked(name: str, record: TeamRecord) -> bool:
    """Return whether a field is to be read: told, or not settled by another; there is no month of what is launched."""
    if getattr(record, name) is not None:
        return True
    if name == "planned_on":
        return record.state in {None, ToolState.PLANNED}
    opened = {opening.kind for opening in record.openings or () if opening.status is OpeningStatus.OPEN}
    return name != "no_data_reasons" or OpeningKind.DATA_SET not in opened


def read_field(value: object) -> tuple[Line, ...] | None:
    """Return what a field tells, in words; None where it is unknown."""
    if value is None:
        return None
    return tuple(_lines(value))


def number_text(number: float) -> str:
    """Write a number as it is written in the reader's language: `1 234,5`, `1,234.5`."""
    text = f"{abs(number):,.6f}".rstrip("0").rstrip(".")
    if current_locale() == "fr":
        text = text.replace(",", NO_BREAK).replace(".", ",")
    return f"{MINUS if number < 0 else ''}{text}"


def with_unit(number: float, indicator: Indicator) -> str:
    """Write a number of an indicator with its unit; alone where it only counts."""
    if indicator.unit == COUNT_UNIT:
        return number_text(number)
    return f"{number_text(number)}\N{NO-BREAK SPACE}{indicator.unit}"


def _answer(name: str, record: TeamRecord, earlier: TeamRecord | None) -> Answer:
    lines = read_field(getattr(record, name))
    before = read_field(getattr(earlier, name)) if earlier else None
    if name == "indicators":  # each tells its own value of before
        lines = tuple(_indicators(record.indicators, earlier)) if record.indicators is not None else None
        before = None
    return Answer(name, str(FIELD_LABELS[name]), lines, None if before == lines else before)


def _lines(value: object) -> Iterator[Line]:
    if isinstance(value, bool):
        yield Line(_("yes") if value else _("no"))
    elif isinstance(value, StrEnum):
        yield Line(word_label(value))
    elif isinstance(value, int):
        yield Line(number_text(value))
    elif isinstance(value, str):
        yield Line(format_day(date.fromisoformat(f"{value}-01"), "MMMM y"))  # a month is the only text of a field
    elif isinstance(value, Destinations):
        yield from _people(value)
    elif isinstance(value, Extension):
        yield from _extension(value)
    elif isinstance(value, tuple):
        yield from (_line(each) for each in value)


def _line(value: object) -> Line:
    if isinstance(value, Opening):
        return _opening(value)
    if isinstance(value, Training):
        count = f" ({value.count})" if value.count is not None else ""
        return Line(word_label(value.kind) + count, None, ", ".join(map(word_label, value.themes)))
    if isinstance(value, SideProject):
        return Line(value.title, None, value.text or "")
    if isinstance(value, Indicator):
        return indicator_line(value, None)
    return Line(word_label(value) if isinstance(value, StrEnum) else str(value))


def _opening(opening: Opening) -> Line:
    words = [word_label(each) for each in (opening.kind, opening.status, opening.reason) if each]
    text = opening.title or words.pop(0)
    if opening.url:
        words.append(host_to_tell(text, opening.url))
    return Line(text, opening.url, ", ".join(filter(None, words)))


def _people(people: Destinations) -> Iterator[Line]:
    for where, count in people.counts.items():
        if count:
            yield Line(f"{word_label(where)}{_(': ')}{count}")
    if people.still_on_project is not None:
        yield Line(_("still on the project: %(count)d", count=people.still_on_project))


def _extension(extension: Extension) -> Iterator[Line]:
    if extension.extended is not None:
        yield Line(ngettext("%(num)d EIG extended", "%(num)d EIGs extended", extension.extended))
    if extension.cofunded_by_programme is not None:
        paid, unpaid = _("The programme pays a part"), _("The programme pays no part")
        yield Line(paid if extension.cofunded_by_programme else unpaid)


def _indicators(indicators: Iterable[Indicator], earlier: TeamRecord | None) -> Iterator[Line]:
    before = {name_key(each.name): each.value for each in (earlier.indicators or () if earlier else ())}
    for each in indicators:
        yield indicator_line(each, before.get(name_key(each.name)))


def indicator_line(indicator: Indicator, before: float | None) -> Line:
    """Return an indicator with its value, its target and how far it has come, and the value `before`, if known."""
    details = [_trend(indicator)]
    if before is not None:
        details.append(_("before: %(value)s", value=with_unit(before, indicator)))
    if indicator.baseline is not None and indicator.baseline_on is not None:
        value, day = with_unit(indicator.baseline, indicator), short_date(indicator.baseline_on)
        details.append(_("baseline: %(value)s on %(day)s", value=value, day=day))
    if indicator.target is not None:
        details.append(_target(indicator, with_unit(indicator.target, indicator)))
    value = _("value not known") if indicator.value is None else with_unit(indicator.value, indicator)
    return Line(f"{indicator.name}{_(': ')}{value}", None, " · ".join(filter(None, details)))


def _trend(indicator: Indicator) -> str:
    """Say in words whether the value goes where it is to go: a falling one may be what is wanted."""
    if indicator.has_reached_target:
        return _("target reached")
    if indicator.has_improved is None:
        return ""
    if indicator.value == indicator.baseline:
        return _("unchanged")
    return _("moving the right way") if indicator.has_improved else _("moving the wrong way")


def _target(indicator: Indicator, value: str) -> str:
    falls, day = indicator.direction is Direction.DOWN, indicator.target_on
    if day is None:
        words = _("target: %(value)s at most") if falls else _("target: %(value)s at least")
        return words % {"value": value}
    words = _("target: %(value)s at most by %(day)s") if falls else _("target: %(value)s at least by %(day)s")
    return words % {"value": value, "day": short_date(day)}
