"""The kinds of letters: how urgent, how long worth trying, what holds them back, and which URLs they carry.

A kind is registered by the feature that writes such letters. When a letter leaves, the worker asks its kind for the
values of the placeholders (`@@read_url@@` …), in the transaction that commits `submitting`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from app.letters.states import Reason

SIGN_IN, REMINDER, NOTE, DIGEST = 0, 10, 20, 30  # precedence: the smaller leaves first


class WithheldError(Exception):
    """Raised by a kind's `urls`: this letter must not leave after all; the text says why, for the coordination."""


class UnsubscribedError(Exception):
    """Raised by a kind's `urls`: the person has unsubscribed since; it is never shown who."""


@dataclass(frozen=True, slots=True)
class LetterContext:
    """What a kind may know about the letter that is about to leave.

    `membership_id` is that of its `Addressee`, `written_at` when its mailing was written, `shared` what the kind's
    `load_shared` returned.
    """

    id: int
    person_id: int | None
    membership_id: int | None
    written_at: datetime
    shared: Any

    def get_membership_id(self) -> int:
        """Return the membership. Raises LookupError for a letter without one."""
        if self.membership_id is None:
            raise LookupError(f"letter {self.id} is for no membership")
        return self.membership_id


@dataclass(frozen=True, slots=True, eq=False)
class HoldCondition:
    """Keeps a letter from leaving while `holds`; evaluated by the very statement that starts the letter."""

    reason: Reason
    holds: ColumnElement[bool]
    detail: str = ""


def no_shared_data(_reference: str) -> None:
    """Return None: for a kind whose letters have nothing in common that is worth looking up once."""


def no_parameters(_context: LetterContext) -> Mapping[str, object]:
    """Return no parameters: for a kind whose hold conditions have none."""
    return {}


def no_requests(_now: datetime) -> int:
    """Queue nothing: for a kind whose letters are queued by what they are about."""
    return 0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of letter.

    `urls` returns the value of each placeholder, without the `@@`. It may write through `db.session`, never commit, and
    raise WithheldError or UnsubscribedError. With `unsubscribable`, its `unsubscribe_url` also goes into
    List-Unsubscribe (RFC 8058).

    `load_shared` looks up, once a worker, what all letters of a mailing reference have in common. `hold_parameters`
    returns the bound parameters of `hold_conditions` for one letter. `queue_requested` queues the letters that were
    asked for and are not queued yet; it commits.
    """

    name: str
    precedence: int
    give_up_after: timedelta
    urls: Callable[[LetterContext], Mapping[str, str]]
    unsubscribable: bool
    load_shared: Callable[[str], Any] = no_shared_data
    hold_conditions: tuple[HoldCondition, ...] = ()
    hold_parameters: Callable[[LetterContext], Mapping[str, object]] = no_parameters
    queue_requested: Callable[[datetime], int] = no_requests

    @property
    def perishable(self) -> bool:
        """Whether late is worse than never: the case of what is given up within a day (a sign-in link, a reminder)."""
        return self.give_up_after < timedelta(days=1)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Register `kind` by its name; registering it again replaces it."""
    _kinds[kind.name] = kind


def get_kind(name: str) -> Kind:
    """Return the kind of that name. Raises LookupError when no feature registered it."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no kind of letter is called {name!r}; registered: {sorted(_kinds)}") from None


def registered() -> list[Kind]:
    """Return every registered kind, the most urgent first."""
    return sorted(_kinds.values(), key=lambda kind: kind.precedence)
