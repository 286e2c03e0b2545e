"""The database of a scenario, read from outside while others write: what there is to wait for, and how it all ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, and_, exists, func, or_, select

from app.digests.models import Digest
from app.letters.message import domain_of
from app.letters.models import LEASED, WAITING, Letter, LetterEvent, Mailing, Relay
from app.letters.states import EventType
from app.letters.verp import envelope_sender
from tests.crash.accounting import Row
from tests.fixtures.site import make_config


class Rows:
    """Reads through an engine of its own, which takes no lock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def moments(self) -> list[datetime]:
        """When each letter that is not done can go on: it is due, or its lease ends."""
        with self._engine.connect() as connection:
            due = connection.scalars(select(Letter.due_at).where(WAITING)).all()
            leased = connection.scalars(select(Letter.lease_until).where(LEASED)).all()
        return [moment for moment in (*due, *leased) if moment]

    def is_quiet(self, now: datetime, alive: set[int]) -> bool:
        """Whether processes of those ids have nothing to do at `now`."""
        with self._engine.connect() as connection:
            paused_until = connection.scalar(select(Relay.paused_until))
            if paused_until is not None and now < paused_until:
                return True
            actionable = or_(and_(WAITING, Letter.due_at <= now), and_(LEASED, Letter.lease_until < now))
            if connection.scalar(select(func.count()).select_from(Letter).where(actionable)):
                return False
            holders = connection.scalars(select(Letter.claimed_by).where(LEASED).distinct()).all()
        return not any(int((holder or "").split(":")[1]) in alive for holder in holders)

    def is_any_due(self, now: datetime) -> bool:
        """Whether a letter is waiting to be claimed at `now`; one that somebody holds is not."""
        with self._engine.connect() as connection:
            return bool(connection.scalar(select(exists().where(WAITING, Letter.due_at <= now))))

    def paused_until(self) -> datetime | None:
        """Until when the breaker keeps the job processes off the relay."""
        with self._engine.connect() as connection:
            return connection.scalar(select(Relay.paused_until))

    def digests(self) -> int:
        """How many digests were issued."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(Digest)) or 0

    def issued_at(self) -> datetime | None:
        """When the latest digest was issued."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.max(Digest.issued_at)))

    def is_note_posted(self) -> bool:
        """Whether the Friday note was written."""
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(Mailing).where(Mailing.reference.startswith("friday-note:"))
            return bool(connection.scalar(query))

    def letters(self) -> list[Row]:
        """Every letter as it stands."""
        interruptions = (
            select(func.count())
            .where(LetterEvent.letter_id == Letter.id, LetterEvent.type == EventType.INTERRUPTED)
            .scalar_subquery()
        )
        query = select(Letter.id, Letter.created_at, Letter.message_id, Letter.state, Letter.reason, interruptions)
        with self._engine.connect() as connection:
            found = connection.execute(query).all()
        settings = make_config()
        secret, domain = settings.secret_key, domain_of(settings.mail_from)
        return [
            Row(message_id, envelope_sender(id_, created_at, secret, domain), *rest)
            for id_, created_at, message_id, *rest in found
        ]
