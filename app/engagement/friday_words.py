"""The concerns of a Friday note as sections of sentences, in the language of the moment, for both parts of the mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.engagement.concerns import Concerns, OldCall
from app.languages import gettext as _
from app.languages import ngettext

CALLS_LISTED = 8


@dataclass(frozen=True, slots=True)
class Section:
    """A title, the sentences under it, what was left out of them, and the address where one does something about it."""

    title: str
    lines: list[str]
    more: str = ""
    page: str = ""


def sections(concerns: Concerns, letters_page: str) -> list[Section]:
    """What there is to say; a kind of concern that nobody gives cause for has no section.

    `letters_page`: the address of the page of the digest's letters.
    """
    return [section for section in _sections(concerns, letters_page) if section.lines]


def _sections(concerns: Concerns, letters_page: str) -> Iterator[Section]:
    yield Section(
        _("Very hard weeks in a row"),
        [ngettext("%(team)s: %(num)d week", "%(team)s: %(num)d weeks", w.number, team=w.team) for w in concerns.hard],
    )
    yield Section(
        _("Weeks in a row without a bulletin"),
        [ngettext("%(team)s: %(num)d week", "%(team)s: %(num)d weeks", w.number, team=w.team) for w in concerns.silent],
    )
    left_out = len(concerns.calls) - CALLS_LISTED
    yield Section(
        _("Calls for help older than two weeks"),
        [_call(old) for old in concerns.calls[:CALLS_LISTED]],
        ngettext("and %(num)d other", "and %(num)d others", left_out) if left_out > 0 else "",
    )
    yield Section(_("Letters of the digest"), _letters(concerns), page=letters_page)


def _call(old: OldCall) -> str:
    if old.call.offered:
        head = ngettext(
            "%(team)s, %(num)d day, help was offered",
            "%(team)s, %(num)d days, help was offered",
            old.days,
            team=old.call.team,
        )
    else:
        head = ngettext(
            "%(team)s, %(num)d day, no offer yet", "%(team)s, %(num)d days, no offer yet", old.days, team=old.call.team
        )
    return _("%(call)s: “%(text)s”", call=head, text=old.call.text)


def _letters(concerns: Concerns) -> list[str]:
    lines = []
    if concerns.failed:
        lines.append(ngettext("%(num)d could not be delivered", "%(num)d could not be delivered", concerns.failed))
    if concerns.unknown:
        lines.append(ngettext("%(num)d may or may not have left", "%(num)d may or may not have left", concerns.unknown))
    return lines
