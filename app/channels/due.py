"""What each chat channel of a promotion is to be told now: the same moments, pauses and holidays as the letters."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from app.bulletins.reminders import find_due_reminder, teams_to_remind, writing_progress
from app.channels.models import Channel, ChannelMessage
from app.channels.rules import (
    DIGEST_IS_NEWS_FOR,
    REMINDER_IS_NEWS_FOR,
    digest_moment,
    is_news,
    reminder_moment,
    reminds_promotion,
)
from app.database import db
from app.digests.models import Digest, Exclusion, Recipient
from app.i18n import force_locale, time_of_day, week_name
from app.i18n import gettext as _
from app.routing import public_url
from app.teams.models import Promotion
from app.weeks import Week


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A text for one channel, and the moment for which it is told once."""

    channel_id: int
    moment: str
    text: str


def channels_of(promotion_id: int) -> list[Channel]:
    """Return the promotion's channels: its own, then those of its teams."""
    query = select(Channel).where(Channel.promotion_id == promotion_id)
    return sorted(db.session.scalars(query), key=lambda channel: (channel.team_id is not None, channel.id))


def count_failing(promotion_id: int) -> int:
    """Return how many of the promotion's channels did not take their last message."""
    failing = select(func.count()).select_from(Channel)
    failing = failing.where(Channel.promotion_id == promotion_id, Channel.failing_since.is_not(None))
    return db.session.scalars(failing).one()


def due_messages(promotion: Promotion, now: datetime) -> list[DueMessage]:
    """Return what is to be told at `now` and was not, in the promotion's language."""
    channels = channels_of(promotion.id)
    if not channels:
        return []
    with force_locale(promotion.locale):
        due = [*_reminders(promotion, channels, now), *_digest(promotion, channels, now)]
    told = _told([channel.id for channel in channels]) if due else set()
    return [message for message in due if (message.channel_id, message.moment) not in told]


def _told(channels: list[int]) -> set[tuple[int, str]]:
    """Return the moments already announced in these channels."""
    query = select(ChannelMessage.channel_id, ChannelMessage.moment).where(ChannelMessage.channel_id.in_(channels))
    return {(channel_id, moment) for channel_id, moment in db.session.execute(query)}


def _reminders(promotion: Promotion, channels: Collection[Channel], now: datetime) -> Iterator[DueMessage]:
    due, timetable = find_due_reminder(promotion, now), promotion.timetable
    if due is None:
        return
    week, reminder = due
    closing = time_of_day(timetable.closes(week) or now, timetable.zone)
    moment = reminder_moment(week, reminder, timetable.zone)
    silent = {team.id for team in teams_to_remind(promotion, week)}
    for channel in channels:
        if not is_news(reminder.at, channel.set_at, now, REMINDER_IS_NEWS_FOR):
            continue
        if channel.team_id in silent:
            url = public_url("bulletins.form", promotion_slug=promotion.slug)
            told = _("This team has not written its bulletin yet. The week closes at %(time)s.", time=closing)
            yield DueMessage(channel.id, moment, f"{told} {url}")
        elif channel.team_id is None and silent and reminds_promotion(reminder, timetable.reminders(week)):
            yield DueMessage(channel.id, moment, _counts(promotion, week, closing))


def _counts(promotion: Promotion, week: Week, closing: str) -> str:
    """Say how many have written, never who has not: silent teams are named to the coordination only."""
    progress = writing_progress(promotion, week)
    told = _(
        "Teams that have written their bulletin: %(wrote)d out of %(expected)d. The week closes at %(time)s.",
        wrote=progress.wrote,
        expected=progress.expected,
        time=closing,
    )
    return f"{told} {public_url('home.promotion_week', promotion_slug=promotion.slug)}"


def _digest(promotion: Promotion, channels: Collection[Channel], now: datetime) -> Iterator[DueMessage]:
    """Tell the promotion's channel that a digest is out, unless it was issued for the archive."""
    channel = next((channel for channel in channels if channel.team_id is None), None)
    if channel is None:
        return
    for_archive = exists().where(Recipient.digest_id == Digest.id, Recipient.exclusion == Exclusion.NO_LETTERS)
    query = select(Digest.week, Digest.issued_at).where(
        Digest.promotion_id == promotion.id, Digest.issued_at > now - DIGEST_IS_NEWS_FOR, ~Digest.empty, ~for_archive
    )
    for week, issued_at in db.session.execute(query):
        if is_news(issued_at, channel.set_at, now, DIGEST_IS_NEWS_FOR):
            url = public_url("readership.digest", promotion_slug=promotion.slug, week=week)
            told = _("The digest of the %(week)s is out.", week=week_name(week))
            yield DueMessage(channel.id, digest_moment(week), f"{told} {url}")
