"""The faults of an imported file in the language of a page: where, what is wrong, how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.i18n import gettext as _
from app.i18n import ngettext
from app.import_files import MOST_TOLD, FaultText, FileFault

AnyFault = TypeVar("AnyFault")


def describe_file_faults(faults: Sequence[FileFault]) -> list[str]:
    """Say in words what is wrong with a file, a line a fault; of very many, only the first."""
    return describe_first(faults, _describe)


def describe_first(faults: Sequence[AnyFault], describe: Callable[[AnyFault], str]) -> list[str]:
    """Describe the first MOST_TOLD of `faults`, and count the others."""
    told, more = [describe(fault) for fault in faults[:MOST_TOLD]], len(faults) - MOST_TOLD
    if more > 0:
        told.append(ngettext("… and %(num)d more", "… and %(num)d more", more))
    return told


def _describe(fault: FileFault) -> str:
    said = _say(fault.message)
    if fault.column is None:
        return _("Line %(line)d: %(fault)s", line=fault.line, fault=said)
    return _("Line %(line)d, column %(column)d: %(fault)s", line=fault.line, column=fault.column, fault=said)


def _say(text: object) -> object:
    """Return a text of a file's fault in the language of the page, with what it quotes as it is."""
    if not isinstance(text, FaultText):
        return text
    return _(text.msgid, **{name: _say(value) for name, value in text.values.items()})
