"""The kinds of letters: how urgent, how long worth trying, what keeps them back, and which addresses they carry.

A kind is registered by the room that writes such letters; the post office asks it for the values of the marks
(`@@read_url@@` …) when the letter leaves, in the transaction that commits `submitting`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement

from app.letters.states import Reason

SIGN_IN, REMINDER, NOTE, DIGEST = 0, 10, 20, 30  # precedence: the smaller leaves first


class WithheldError(Exception):
    """Raised by a kind's `addresses`: this letter must not leave after all; the text says why, to the coordination."""


class UnsubscribedError(Exception):
    """Raised by a kind's `addresses`: the person has left such letters since; nobody is told who."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a kind may know about the letter that is about to leave. `shared` is what its `share` gave."""

    id: int
    key: str
    person_id: int | None
    address: str
    shared: Any


@dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """Keeps a letter from leaving while `holds`, which the database looks at in the very statement that begins it."""

    reason: Reason
    holds: ColumnElement[bool]
    detail: str = ""


def nothing_shared(_reference: str) -> None:
    """For a kind whose letters have nothing in common that is worth looking up once."""


def no_values(_facts: LetterFacts) -> Mapping[str, Any]:
    """For a kind whose bars have no parameters."""
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of letter.

    `addresses` gives the value of each mark, without the `@@`. It may write through `db.session`, never commit, and
    raise WithheldError or UnsubscribedError. With `unsubscribable`, its `unsubscribe_url` also goes into
    List-Unsubscribe (RFC 8058).

    `share` looks up, once a run, what all letters of a mailing reference have in common. `bar_values` are the
    parameters of its `bars` for one letter. `apart` says that `addresses` leaves the database alone, so that a letter
    can be made while the database is still busy with its beginning.
    """

    name: str
    precedence: int
    give_up_after: timedelta
    addresses: Callable[[LetterFacts], Mapping[str, str]]
    unsubscribable: bool
    share: Callable[[str], Any] = nothing_shared
    bars: tuple[Bar, ...] = ()
    bar_values: Callable[[LetterFacts], Mapping[str, Any]] = no_values
    apart: bool = False

    @property
    def perishable(self) -> bool:
        """Whether late is worse than never: true of what is given up within a day (a sign-in link, a reminder)."""
        return self.give_up_after < timedelta(days=1)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make `kind` known by its name; registering it again replaces it."""
    _kinds[kind.name] = kind


def get_kind(name: str) -> Kind:
    """The kind of that name. Raises LookupError when no room registered it."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no kind of letter is called {name!r}; registered: {sorted(_kinds)}") from None


def registered() -> list[Kind]:
    """Every kind known, the most urgent first."""
    return sorted(_kinds.values(), key=lambda kind: kind.precedence)
