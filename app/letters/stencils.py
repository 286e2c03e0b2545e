"""The stencils of the mailings being sent: each serialised once a run, a few kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.letters.claims import UNBARRED, Barred, Claimed
from app.letters.envelope import envelope_sender
from app.letters.headers import address_for_relay, domain_of, encode_mailbox
from app.letters.kinds import Kind, LetterFacts, get_kind
from app.letters.message import Content, Stencil
from app.letters.models import Mailing

KEPT = 8  # languages and editions under way at once; a sign-in letter is a mailing of its own


@dataclass(slots=True)
class Prepared:
    """A mailing ready for its letters; the stencil is cut for the addresses that the first of them brings."""

    kind: Kind
    shared: Any
    content: Content
    stencil: Stencil | None = None


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter as the relay gets it."""

    sender: str
    recipient: str
    data: bytes


class Stencils:
    """Makes letters out of mailings, for one sender address and one secret."""

    def __init__(self, mail_from: str, secret: str) -> None:
        self._mail_from = mail_from
        self._domain = domain_of(mail_from)
        self._secret = secret
        self._prepared: OrderedDict[int, Prepared] = OrderedDict()

    def find(self, connection: Connection, letter: Claimed) -> Prepared:
        """What the letter is made of. Raises LookupError for a kind that nobody registered."""
        mailing_id = letter.mailing_id
        if mailing_id not in self._prepared:
            self._prepared[mailing_id] = self._read(connection, mailing_id)
            if len(self._prepared) > KEPT:
                self._prepared.popitem(last=False)
        self._prepared.move_to_end(mailing_id)
        return self._prepared[mailing_id]

    def known(self, letter: Claimed) -> Prepared | None:
        """What the letter is made of, when that was found lately."""
        return self._prepared.get(letter.mailing_id)

    def make(self, letter: Claimed, mailing: Prepared) -> Addressed:
        """One letter. Raises BadAddressError, WithheldError, and whatever the kind raises."""
        recipient = address_for_relay(letter.to_address)
        addresses = mailing.kind.addresses(_facts(letter, mailing))
        to = encode_mailbox(letter.to_name, recipient, "To")
        if mailing.stencil is None:
            mailing.stencil = Stencil(mailing.content, addresses.keys())
        data = mailing.stencil.fill(to, letter.message_id, addresses)
        sender = envelope_sender(letter.id, self._secret, self._domain)
        return Addressed(sender, recipient, data)

    def _read(self, connection: Connection, mailing_id: int) -> Prepared:
        row = connection.execute(select(Mailing.__table__).where(Mailing.id == mailing_id)).one()
        kind = get_kind(row.kind)
        content = Content(
            sender=self._mail_from,
            subject=row.subject,
            text=row.text,
            html=row.html,
            locale=row.locale,
            dated_at=row.dated_at,
            list_id=row.list_id,
            archive_url=row.archive_url,
            reply_to=row.reply_to,
            unsubscribable=kind.unsubscribable,
        )
        return Prepared(kind, kind.share(row.reference), content)


def barred(letter: Claimed, mailing: Prepared) -> Barred:
    """What the kind of a letter says may keep it back."""
    kind = mailing.kind
    return Barred(kind.bars, kind.bar_values(_facts(letter, mailing))) if kind.bars else UNBARRED


def _facts(letter: Claimed, mailing: Prepared) -> LetterFacts:
    return LetterFacts(letter.id, letter.key, letter.person_id, letter.to_address, mailing.shared)
