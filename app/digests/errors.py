"""What may be wrong with a request about the digest of a week."""

from __future__ import annotations

from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.weeks import Week


class AlreadyIssuedError(DomainError):
    """The week's digest exists; it is never made twice."""

    status = 409
    advice = _l("This week’s digest has already been issued.")

    def __init__(self, week: Week) -> None:
        super().__init__(f"The digest of {week} is issued already.")


class EarlierDigestError(DomainError):
    """The digest of an earlier `week` is still to leave, and digests leave in the order of their weeks."""

    status = 409
    advice = _l("The digest of an earlier week has been put off and is still to leave: send it now, or hold it back.")

    def __init__(self, week: Week) -> None:
        self.week = week
        super().__init__(f"The digest of {week} was put off and is still to leave: issue it first, or hold it back.")


class IntroductionConflictError(DomainError):
    """Somebody else has saved another introduction, the text `theirs`, since this one was begun."""

    status = 409

    def __init__(self, theirs: str) -> None:
        self.theirs = theirs
        super().__init__("the introduction is not the one that was seen")


class NoDigestError(DomainError):
    """The week has no digest: no working day, not begun, or outside the promotion."""

    status = 404


class NotDueError(DomainError):
    """The digest is not due any more: it was held back or put off a moment ago."""

    status = 409


class MembersMissingError(Exception):
    """Members, letters and exclusions do not add up: nothing was issued."""
