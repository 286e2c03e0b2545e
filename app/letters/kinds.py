"""The kinds of letters: how urgent, how long worth trying, and which addresses a letter of the kind carries.

A kind is registered by the room that writes such letters; the post office asks it for the values of the marks
(`@@read_url@@` …) when the letter leaves, in the transaction that commits `submitting`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.engine import Connection

SIGN_IN, REMINDER, NOTE, DIGEST = 0, 10, 20, 30  # precedence: the smaller leaves first


class WithheldError(Exception):
    """Raised by a kind's `addresses`: this letter must not leave after all; the text says why, to the coordination."""


class UnsubscribedError(Exception):
    """Raised by a kind's `addresses`: the person has left such letters since; nobody is told who."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a kind may know about the letter that is about to leave.

    `connection` is in the transaction in which the letter begins, as `db.session` is; asking it costs half as much.
    """

    connection: Connection
    id: int
    key: str
    person_id: int | None
    address: str
    mailing_reference: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of letter.

    `addresses` gives the value of each mark, without the `@@`. It may write through `db.session`, never commit, and
    raise WithheldError or UnsubscribedError. With `unsubscribable`, its `unsubscribe_url` also goes into
    List-Unsubscribe (RFC 8058).
    """

    name: str
    precedence: int
    give_up_after: timedelta
    addresses: Callable[[LetterFacts], Mapping[str, str]]
    unsubscribable: bool

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
