"""The letters of a digest: one a member, in the member's language, with two URLs of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from sqlalchemy import select

from app.database import db
from app.digests.composing import Composition, TeamCounts
from app.digests.models import Digest
from app.digests.reader_links import HOLD_CONDITIONS, hold_parameters, load_page, own_urls, page_url
from app.digests.shortening import shortened
from app.digests.texts import RenderedDigest, get_text, render_digest, summary
from app.extensions import settings
from app.i18n import force_locale
from app.letters.kinds import DIGEST, Kind
from app.letters.models import Mailing
from app.letters.outbox import add_mailing, render_mail, without_placeholders
from app.markdown import to_html
from app.routing import public_url
from app.teams.models import Membership, Promotion
from app.teams.notifications import queue_for_members
from app.weeks import Week

LARGEST_HTML = 98_000  # bytes; with the reader's own addresses under 100 KB, beyond which Gmail clips a letter
LENGTHS = (1500, 1000, 700, 400, 200)


def add_mailings(digest: Digest, composition: Composition, now: datetime) -> dict[str, Mailing]:
    """What the letters of the digest say, one mailing a language."""
    return {text.locale: _add_mailing(digest, composition, text.locale, now) for text in digest.texts}


def queue_readers(mailings: Mapping[str, Mailing], readers: Iterable[Membership], now: datetime) -> int:
    """Queue one letter for each of `readers`, in their language; gives the number of letters made."""
    return queue_for_members(readers, mailings.__getitem__, now)


def compose_letter(composition: Composition, promotion: Promotion, locale: str) -> tuple[str, str, str]:
    """Subject, text and HTML of the letter, with placeholders for the reader's own URLs.

    Long texts are shortened until the HTML is under LARGEST_HTML; the digest online has all of them.
    """
    letter = _frame(render_digest(composition, locale), promotion, composition.week, locale)
    for length in LENGTHS:
        if len(letter[2].encode()) < LARGEST_HTML:
            break
        letter = _frame(
            render_digest(shortened(composition, length, to_html), locale), promotion, composition.week, locale
        )
    return letter


def find_letter(digest: Digest, locale: str) -> tuple[str, str, str]:
    """Subject, text and HTML of the letter as it was mailed; of a digest without letters, as it would have been."""
    query = select(Mailing).where(Mailing.reference == reference(digest), Mailing.locale == locale)
    if mailing := db.session.scalar(query):
        return mailing.subject, mailing.text, mailing.html
    text = get_text(digest, locale)
    counts = digest.content["teams"]
    with force_locale(locale):
        told = summary(TeamCounts(counts["expected"], counts["wrote"], counts["paused"]))
    return _frame(RenderedDigest(text.subject, told, text.html, text.text), digest.promotion, digest.week, locale)


def for_nobody(text: str, promotion: Promotion, week: Week) -> str:
    """A letter's text or HTML with the addresses that anybody may see in place of the reader's own."""
    return text.replace("@@read_url@@", page_url(promotion.slug, week)).replace(
        "@@unsubscribe_url@@", public_url("account.page")
    )


def reference(digest: Digest) -> str:
    """What the letters of a digest are filed under."""
    return f"digest:{digest.id}"


def _frame(body: RenderedDigest, promotion: Promotion, week: Week, locale: str) -> tuple[str, str, str]:
    typed = replace(body, html=without_placeholders(body.html), text=without_placeholders(body.text))
    return render_mail("digest", locale, body=typed, promotion=promotion, asked_month=promotion.month_ended_by(week))


def _add_mailing(digest: Digest, composition: Composition, locale: str, now: datetime) -> Mailing:
    return add_mailing(
        "digest",
        locale,
        *compose_letter(composition, digest.promotion, locale),
        reference=reference(digest),
        created_at=now,
        list_id=list_id(digest.promotion),
        archive_url=public_url("readership.digests", promotion_slug=digest.promotion.slug),
    )


def list_id(promotion: Promotion) -> str:
    """The List-Id of a promotion's digests (RFC 2919): its slug under the domain that the letters come from."""
    domain = parseaddr(settings().mail_from)[1].rpartition("@")[2] or urlsplit(settings().base_url).hostname
    return f"{promotion.name} <{promotion.slug}.bulletins.{domain}>"


KIND = Kind(
    name="digest",
    precedence=DIGEST,
    give_up_after=timedelta(hours=72),
    urls=own_urls,
    unsubscribable=True,
    load_shared=load_page,
    hold_conditions=HOLD_CONDITIONS,
    hold_parameters=hold_parameters,
)
