"""Writing stored digests anew once a text in them has changed: their pages, their feeds, their letters still to leave.

What has left is in mailboxes. Everything else follows the rows: nothing keeps what a digest said before. Never commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from app.bulletins.models import Bulletin
from app.bulletins.moods import Mood
from app.corrections.queries import texts_of
from app.corrections.stored_content import change_content
from app.database import db
from app.digests.composition import (
    BulletinContent,
    Composition,
    DigestBulletin,
    DigestCall,
    DigestContent,
    DigestKeyDate,
    TeamCounts,
)
from app.digests.introductions import find_introduction
from app.digests.letters import compose_letter, reference
from app.digests.models import Digest
from app.digests.rendering import render_digest
from app.letters.models import Mailing
from app.letters.outbox import rewrite_mailing
from app.markdown import to_html
from app.weeks import Week


def change_digests(bulletin: Bulletin, now: datetime) -> list[Digest]:
    """Let every digest that told the bulletin, its call or its key date say what it says now; return those changed."""
    texts, changed = texts_of(bulletin), []
    for digest in _digests_from(bulletin.team.promotion_id, bulletin.week):
        content = change_content(digest.content, bulletin.id, texts, bulletin.notice)
        if content is not None:
            digest.content = content
            write_anew(digest, now)
            changed.append(digest)
    return changed


def write_anew(digest: Digest, now: datetime) -> None:
    """Render the digest from what it stores, in every language; its letters that have not left say the same."""
    promotion, composition = digest.promotion, _composition(digest)
    for text in digest.texts:
        rendered = render_digest(composition, text.locale)
        text.html, text.text = rendered.html, rendered.text
    for mailing in _mailings(digest):
        letter = compose_letter(composition, promotion, mailing.locale)
        rewrite_mailing(mailing, letter.text, letter.html)
    digest.changed_at = now


def _digests_from(promotion_id: int, week: Week) -> Sequence[Digest]:
    query = select(Digest).options(undefer(Digest.content), selectinload(Digest.texts)).order_by(Digest.week)
    return db.session.scalars(query.where(Digest.promotion_id == promotion_id, Digest.week >= week)).all()


def _mailings(digest: Digest) -> Sequence[Mailing]:
    """Return the mailings of the digest, those of one that was sent again among them."""
    again = Mailing.reference.startswith(f"{reference(digest)}:again:", autoescape=True)
    return db.session.scalars(select(Mailing).where((Mailing.reference == reference(digest)) | again)).all()


def _composition(digest: Digest) -> Composition:
    """Return the digest as a value, in the order in which it was issued."""
    content, promotion = digest.content, digest.promotion
    introduction, teams = find_introduction(promotion.id, digest.week), content["teams"]
    return Composition(
        promotion=promotion.name,
        week=digest.week,
        day=promotion.today(digest.issued_at),
        teams=TeamCounts(teams["expected"], teams["wrote"], teams["paused"]),
        locale=promotion.locale,
        introduction=introduction.text if introduction else "",
        introduction_html=to_html(introduction.text) if introduction else "",
        introduction_notice=introduction.notice if introduction else "",
        calls=tuple(_calls(content)),
        dates=tuple(
            DigestKeyDate(d["team"], date.fromisoformat(d["date"]), d["text"], d["bulletin_id"])
            for d in content["key_dates"]
        ),
        bulletins=tuple(_bulletin(told) for told in content["bulletins"] if not told["late"]),
        late=tuple(_bulletin(told) for told in content["bulletins"] if told["late"]),
    )


def _calls(content: DigestContent) -> list[DigestCall]:
    """Return the calls of a digest; new are those of its own bulletins."""
    own = {told["bulletin_id"] for told in content["bulletins"]}
    return [
        DigestCall(
            team=call["team"],
            text=call["text"],
            html=to_html(call["text"]),
            age_days=call["age_days"],
            new=call["bulletin_id"] in own,
            bulletin_id=call["bulletin_id"],
        )
        for call in content["help_requests"]
    ]


def _bulletin(told: BulletinContent) -> DigestBulletin:
    return DigestBulletin(
        team=told["team"],
        slug="",  # by which an order is made; this one is there already
        week=Week.parse(told["week"]),
        mood=Mood(told["mood"]),
        priorities=told["priorities"],
        ups_and_downs=told["ups_and_downs"],
        help=told["help"],
        priorities_html=to_html(told["priorities"]),
        ups_and_downs_html=to_html(told["ups_and_downs"]) if told["ups_and_downs"] else "",
        notice=told.get("notice", ""),
        bulletin_id=told["bulletin_id"],
    )
