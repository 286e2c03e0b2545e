"""The tables of the letters: a mailing a language, a letter a person, what happened to each, and the relay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, enum_column
from app.letters.states import AdminAction, BounceVerdict, EventType, Reason, State

# Literals, because a partial index serves only the queries that repeat its condition word for word.
PAUSED = text("paused_at IS NOT NULL")
WAITING = text("state IN ('queued', 'deferred')")
LEASED = text("state IN ('claimed', 'submitting')")
IN_TROUBLE = text("state IN ('failed', 'unknown')")
TO_FORGET = text("private AND text <> ''")
HELD = text("held_at IS NOT NULL AND decided_at IS NULL")


class Mailing(Model):
    """The content of a set of letters, in one language. `dated_at` is the Date of all of them, at every attempt.

    The content of a `private` one is erased once its letters have left. `revision` counts how often it was rewritten
    for those that had not.
    """

    __tablename__ = "mailings"
    __table_args__ = (
        UniqueConstraint("reference", "locale"),
        Index("ix_mailings_paused", "id", sqlite_where=PAUSED, postgresql_where=PAUSED),
        Index("ix_mailings_to_forget", "id", sqlite_where=TO_FORGET, postgresql_where=TO_FORGET),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    list_id: Mapped[str | None] = mapped_column(String(254))
    archive_url: Mapped[str | None] = mapped_column(Text)
    reply_to: Mapped[str | None] = mapped_column(Text)
    private: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)
    dated_at: Mapped[datetime]
    created_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]


class Letter(Model):
    """One mail to one person.

    `attempts` counts the attempts started and fences every write about one; `deferrals` counts the temporary refusals
    and sets the wait. `personal` says that the letter was for somebody known, so that `person_id` empty means: deleted
    since.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index("ix_letters_waiting", "precedence", "due_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_letters_leased", "lease_until", sqlite_where=LEASED, postgresql_where=LEASED),
        Index("ix_letters_in_trouble", "state", "mailing_id", sqlite_where=IN_TROUBLE, postgresql_where=IN_TROUBLE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailings.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    personal: Mapped[bool]
    to_email: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(200))
    precedence: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[State] = mapped_column(enum_column(State), default=State.QUEUED)
    message_id: Mapped[str] = mapped_column(String(320), unique=True)
    claimed_by: Mapped[str | None] = mapped_column(String(120))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    deferrals: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    gives_up_at: Mapped[datetime]
    reason: Mapped[Reason | None] = mapped_column(enum_column(Reason))
    smtp_code: Mapped[int | None] = mapped_column(SmallInteger)
    smtp_text: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    mailing: Mapped[Mailing] = relationship()


class LetterEvent(Model):
    """Something that happened to a letter. A letter sent at the first attempt has none."""

    __tablename__ = "letter_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    type: Mapped[EventType] = mapped_column(enum_column(EventType))
    worker: Mapped[str | None] = mapped_column(String(120))
    detail: Mapped[str] = mapped_column(Text, default="")


class Relay(Model):
    """The relay's health, in one row (id 1): since when it fails, until when the circuit breaker pauses delivery."""

    __tablename__ = "relay"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    failing_since: Mapped[datetime | None]
    consecutive_errors: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")


class SuppressedAddress(Model):
    """An e-mail address (lower case) that bounced for good; nothing is sent to it until the suppression is lifted."""

    __tablename__ = "suppressed_addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    since: Mapped[datetime]
    code: Mapped[str] = mapped_column(String(20), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id", ondelete="SET NULL"))
    lifted_at: Mapped[datetime | None]


class Bounce(Model):
    """Something that came back for a letter, known by the hash of its bytes, so that a file read twice acts once.

    `permanent`: its letter's address was suppressed because of it. `held_at`: it would have been, and the brake kept it
    back until somebody decides, `decided_at`. `told_at`: the coordination was written to about it.
    """

    __tablename__ = "bounces"
    __table_args__ = (Index("ix_bounces_held", "id", sqlite_where=HELD, postgresql_where=HELD),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    read_at: Mapped[datetime]
    verdict: Mapped[BounceVerdict] = mapped_column(enum_column(BounceVerdict))
    permanent: Mapped[bool]
    code: Mapped[str] = mapped_column(String(20), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    held_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    letter: Mapped[Letter] = relationship()


class AdminActionLog(Model):
    """What somebody of the coordination did with a mailing's letters or a suppressed address, and when."""

    __tablename__ = "admin_actions"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(120), index=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    action: Mapped[AdminAction] = mapped_column(enum_column(AdminAction))
    letters: Mapped[int] = mapped_column(default=0)
    detail: Mapped[str] = mapped_column(Text, default="")


class Restoration(Model):
    """That this database comes from a backup: a backup carries the row. Letters wait until a person has decided."""

    __tablename__ = "restorations"

    id: Mapped[int] = mapped_column(primary_key=True)
    backup_made_at: Mapped[datetime]
    resumed_at: Mapped[datetime | None]
