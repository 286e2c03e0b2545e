"""Building the messages of the letters that a worker sends: each mailing is serialised once, the latest are cached."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.letters.kinds import Kind, LetterContext, get_kind
from app.letters.leases import ClaimedLetter
from app.letters.message import Content, MessageTemplate, OutgoingMessage, domain_of, email_for_relay, encode_mailbox
from app.letters.models import Mailing
from app.letters.outbox import membership_in
from app.letters.verp import envelope_sender

CACHE_SIZE = 8  # mailings: languages and mailings under way at once; a sign-in letter is a mailing of its own


@dataclass(slots=True)
class PreparedMailing:
    """A mailing ready for its letters. The template is made with the placeholders that the first letter's URLs name."""

    kind: Kind
    reference: str
    revision: int
    shared: Any
    content: Content
    template: MessageTemplate | None = None

    def context_of(self, letter: ClaimedLetter) -> LetterContext:
        """Return what the kind may know about one of the letters."""
        membership_id = membership_in(letter.key, self.reference)
        return LetterContext(letter.id, letter.person_id, membership_id, self.content.dated_at, self.shared)

    def hold_parameters(self, letter: ClaimedLetter) -> Mapping[str, object]:
        """Return the bound parameters of the kind's hold conditions for one of the letters."""
        return self.kind.hold_parameters(self.context_of(letter)) if self.kind.hold_conditions else {}


class MessageBuilder:
    """Builds messages, for one From address and one secret that signs envelope senders."""

    def __init__(self, mail_from: str, secret: str) -> None:
        self._mail_from = mail_from
        self._domain = domain_of(mail_from)
        self._secret = secret
        self._prepared: OrderedDict[int, PreparedMailing] = OrderedDict()

    def prepare(self, connection: Connection, mailing_id: int) -> PreparedMailing:
        """Return the mailing, read if it is not among the latest. Raises LookupError for an unregistered kind."""
        if mailing_id not in self._prepared:
            self._prepared[mailing_id] = self._read(connection, mailing_id)
            if len(self._prepared) > CACHE_SIZE:
                self._prepared.popitem(last=False)
        self._prepared.move_to_end(mailing_id)
        return self._prepared[mailing_id]

    def forget_rewritten(self, connection: Connection) -> None:
        """Drop the mailings whose content was rewritten since they were read: they are read again."""
        rows = connection.execute(select(Mailing.id, Mailing.revision).where(Mailing.id.in_(list(self._prepared))))
        current = {row.id: row.revision for row in rows}
        for mailing_id, prepared in list(self._prepared.items()):
            if current.get(mailing_id) != prepared.revision:
                del self._prepared[mailing_id]

    def build(self, letter: ClaimedLetter, mailing: PreparedMailing) -> OutgoingMessage:
        """Build one message. Raises BadEmailError, WithheldError, UnsubscribedError, and whatever the kind raises."""
        recipient = email_for_relay(letter.to_email)
        urls = mailing.kind.urls(mailing.context_of(letter))
        if mailing.template is None:
            mailing.template = MessageTemplate(mailing.content, urls.keys())
        to = encode_mailbox(letter.to_name, recipient, "To")
        data = mailing.template.fill(to, letter.message_id, urls)
        return OutgoingMessage(
            envelope_sender(letter.id, letter.created_at, self._secret, self._domain), recipient, data
        )

    def _read(self, connection: Connection, mailing_id: int) -> PreparedMailing:
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
        return PreparedMailing(kind, row.reference, row.revision, kind.load_shared(row.reference), content)
