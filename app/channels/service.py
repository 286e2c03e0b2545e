"""Set, test and remove the chat channel of a promotion or team; tell the channels what is due, each once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.channels.addresses import AddressError, read_address
from app.channels.due import DueMessage, due_messages
from app.channels.hosts import check_host
from app.channels.models import Channel, ChannelMessage
from app.channels.sender import is_available, send
from app.database import db, insert_or_ignore
from app.encryption import decrypt, encrypt
from app.errors import UnseenChangeError
from app.extensions import settings
from app.i18n import force_locale
from app.i18n import gettext as _
from app.teams.locking import lock_promotion
from app.teams.models import Promotion, Team

PURPOSE = "channel"  # of what is encrypted here
MESSAGES_A_RUN = 5  # a server that never answers takes ten seconds of each; the next run goes on

log = logging.getLogger(__name__)


class ChannelChangedError(Exception):
    """Somebody else has set or removed the channel since the page was shown; `theirs` is what there is now."""

    def __init__(self, theirs: Channel | None) -> None:
        self.theirs = theirs
        super().__init__("the channel has changed")


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One message with all that sending it takes: no transaction is open meanwhile."""

    channel_id: int
    revision: int
    url: str | None
    text: str


def find_channel(promotion_id: int, team_id: int | None) -> Channel | None:
    """Return the channel of the team or, with None, of the promotion."""
    of_whom = Channel.team_id.is_(None) if team_id is None else Channel.team_id == team_id
    return db.session.scalar(select(Channel).where(Channel.promotion_id == promotion_id, of_whom))


def set_channel(promotion: Promotion, team: Team | None, typed: str, seen: int, by: int, now: datetime) -> Channel:
    """Make the address `typed` the channel of the team or promotion; `seen`: the revision on its author's page, or 0.

    Commits. Raises AddressError, ChannelChangedError. The same address again changes nothing.
    """
    address = read_address(typed)
    db.session.rollback()  # a transaction would keep other writers of SQLite waiting for the name server
    check_host(address, settings().chat_hosts)
    lock_promotion(promotion.id)
    channel = find_channel(promotion.id, team.id if team else None)
    if channel and read_url(channel) == typed.strip():
        return channel
    if seen != (channel.revision if channel else 0):
        raise ChannelChangedError(channel)
    if channel is None:
        channel = Channel(promotion_id=promotion.id, team_id=team.id if team else None, revision=0)
        db.session.add(channel)
    channel.url, channel.service, channel.host = encrypt(PURPOSE, typed.strip()), address.service, address.host
    channel.revision += 1
    channel.set_at, channel.told_at, channel.failing_since = now, None, None
    subject = team.name if team else ""
    record_action(AuditAction.CHANNEL_SET, by, now, promotion_id=promotion.id, subject=subject, detail=address.service)
    db.session.commit()
    return channel


def remove_channel(channel_id: int, by: int, now: datetime, *, seen: int = 0) -> None:
    """Forget the channel, and what it was told, unless somebody else has a moment ago. Commits.

    `seen`: the revision of the page, 0 where that is not known. Raises UnseenChangeError.
    """
    channel = db.session.get(Channel, channel_id, with_for_update=True, populate_existing=True)
    if channel is None:
        return
    if seen and seen != channel.revision:
        db.session.rollback()
        raise UnseenChangeError("the channel was set anew meanwhile")
    subject = channel.team.name if channel.team else ""
    record_action(AuditAction.CHANNEL_REMOVED, by, now, promotion_id=channel.promotion_id, subject=subject)
    db.session.delete(channel)
    db.session.commit()


def read_url(channel: Channel) -> str | None:
    """Return the address of the channel; None when the key with which it was encrypted is no longer known."""
    return decrypt(PURPOSE, channel.url)


def send_test(channel: Channel, now: datetime) -> bool:
    """Send a message that says what the channel will be told; return whether it was taken. Commits."""
    with force_locale(channel.promotion.locale):
        text = _("A test: this channel will be told what Bulletins has to say.")
    return _deliver(_parcel(channel, text), now)


def tell_channels(promotion: Promotion, now: datetime, stop: Callable[[], bool]) -> int:
    """Tell the promotion's channels what is due, MESSAGES_A_RUN at most; return how many were told. Commits.

    Each message is claimed before it leaves, and tried once: whether a service has taken it cannot always be known, and
    the letters say the same. Any number of processes may do this at once.
    """
    due = due_messages(promotion, now) if is_available() else []
    db.session.rollback()  # no transaction is open while a service is waited for
    told = 0
    for message in due[:MESSAGES_A_RUN]:
        if stop():
            break
        parcel = _claim(message, now)
        if parcel and _deliver(parcel, now):
            told += 1
    return told


def _claim(message: DueMessage, now: datetime) -> _Parcel | None:
    """Claim the moment for this process; None when another has it, or the channel is gone. Commits."""
    channel = db.session.get(Channel, message.channel_id)
    values = {"channel_id": message.channel_id, "moment": message.moment, "claimed_at": now}
    claim = insert_or_ignore(ChannelMessage, "channel_id", "moment").values(**values).returning(ChannelMessage.id)
    is_mine = channel is not None and db.session.scalar(claim) is not None
    parcel = _parcel(channel, message.text) if channel and is_mine else None
    db.session.commit()
    return parcel


def _parcel(channel: Channel, text: str) -> _Parcel:
    return _Parcel(channel.id, channel.revision, read_url(channel), text)


def _deliver(parcel: _Parcel, now: datetime) -> bool:
    """Send the message and note on its channel whether it was taken. Commits."""
    db.session.rollback()
    taken = parcel.url is not None and _send(parcel.url, parcel.text)
    row = update(Channel).where(Channel.id == parcel.channel_id, Channel.revision == parcel.revision)
    if parcel.url is not None and taken:
        url = encrypt(PURPOSE, parcel.url)  # with the key of now: one that was replaced may then be forgotten
        db.session.execute(row.values(told_at=now, failing_since=None, url=url))
    else:
        log.warning("Channel %d: its message was not taken.", parcel.channel_id)
        db.session.execute(row.where(Channel.failing_since.is_(None)).values(failing_since=now))
    db.session.commit()
    return taken


def _send(url: str, text: str) -> bool:
    try:
        address = read_address(url)
        check_host(address, settings().chat_hosts)
    except AddressError:
        return False
    return send(address, text)
