"""The letters of a digest: one a member, in the member's language, with two URLs of their own; or a reason for none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from sqlalchemy import func, select

from app.database import db
from app.digests.composition import Composition, TeamCounts, truncate
from app.digests.models import Digest, Exclusion, Recipient
from app.digests.reader_links import HOLD_CONDITIONS, hold_parameters, load_shared_values, own_urls, page_url
from app.digests.rendering import RenderedDigest, get_text, render_digest, summarize
from app.extensions import settings
from app.i18n import force_locale
from app.letters.kinds import DIGEST, Kind
from app.letters.models import Mailing
from app.letters.outbox import add_mailing, render_mail, without_placeholders
from app.letters.suppression import suppressed_addresses
from app.markdown import to_html
from app.routing import public_url
from app.teams.models import Membership, Promotion
from app.teams.notifications import queue_for_members, reply_addresses
from app.teams.subscriptions import Subscription, is_unsubscribed
from app.weeks import Week

MAX_HTML_BYTES = 98_000  # with the reader's own URLs under 100 KB, beyond which Gmail clips a letter
LENGTHS = (1500, 1000, 700, 400, 200, 100, 50)  # code points of a text, tried one after the other


@dataclass(frozen=True, slots=True)
class DigestLetter:
    """What a letter says in one language; placeholders stand for the reader's own URLs."""

    subject: str
    text: str
    html: str


def add_mailings(digest: Digest, composition: Composition, now: datetime) -> dict[str, Mailing]:
    """Store what the letters of the digest say and return it by locale. Never commits."""
    promotion = digest.promotion

    def add(locale: str) -> Mailing:
        letter = compose_letter(composition, promotion, locale)
        return add_letter_mailing(letter, promotion, locale, reference(digest), now)

    return {text.locale: add(text.locale) for text in digest.texts}


def queue_letters(mailings: Mapping[str, Mailing], members: Iterable[Membership], now: datetime) -> int:
    """Queue one letter for each of `members`, in their language, and return how many. Never commits."""
    return queue_for_members(members, mailings.__getitem__, now)


def exclusion_rule(*, letters: bool) -> Callable[[Membership], Exclusion | None]:
    """Return the function that gives why a member gets no letter, or None; without `letters` no member gets one."""
    suppressed = suppressed_addresses()

    def exclusion(member: Membership) -> Exclusion | None:
        if not letters:
            return Exclusion.NO_LETTERS
        if not member.person.email:
            return Exclusion.NO_ADDRESS
        # Before unsubscribing: the suppressed are listed by name, and one missing there would have unsubscribed.
        if member.person.email.lower() in suppressed:
            return Exclusion.SUPPRESSED
        return Exclusion.UNSUBSCRIBED if is_unsubscribed(member, Subscription.DIGEST) else None

    return exclusion


def count_excluded() -> int:
    """Count the members left out of digests that were mailed; those for the archive only are not counted."""
    left_out = Recipient.exclusion.is_not(None) & (Recipient.exclusion != Exclusion.NO_LETTERS)
    return db.session.scalar(select(func.count()).select_from(Recipient).where(left_out)) or 0


def compose_letter(composition: Composition, promotion: Promotion, locale: str, *, trial: bool = False) -> DigestLetter:
    """Render the letter of a digest in `locale`; a `trial` says in its subject and at its head that it is one.

    Long texts are truncated until the HTML has less than MAX_HTML_BYTES; the digest online has all of them.
    """
    letter = _render_letter(render_digest(composition, locale), promotion, composition.week, locale, trial=trial)
    for length in LENGTHS:
        if len(letter.html.encode()) < MAX_HTML_BYTES:
            break
        shorter = render_digest(truncate(composition, length, to_html), locale)
        letter = _render_letter(shorter, promotion, composition.week, locale, trial=trial)
    return letter


def get_letter(digest: Digest, locale: str) -> DigestLetter:
    """Return the letter as it leaves today; of a digest without letters, as it would have left."""
    query = select(Mailing).where(Mailing.reference == reference(digest), Mailing.locale == locale)
    if mailing := db.session.scalar(query):
        return DigestLetter(mailing.subject, mailing.text, mailing.html)
    text, counts = get_text(digest, locale), digest.content["teams"]
    with force_locale(locale):
        summary = summarize(TeamCounts(counts["expected"], counts["wrote"], counts["paused"]))
    body = RenderedDigest(text.subject, summary, text.html, text.text)
    return _render_letter(body, digest.promotion, digest.week, locale)


def fill_for_anybody(text: str, promotion: Promotion, week: Week, *, read_url: str = "") -> str:
    """Put URLs that anybody may see in the place of the reader's own in a letter's text or HTML.

    `read_url`: another than that of the digest's page.
    """
    return text.replace("@@read_url@@", read_url or page_url(promotion.slug, week)).replace(
        "@@unsubscribe_url@@", public_url("account.page")
    )


def reference(digest: Digest) -> str:
    """Return the reference of the digest's mailings."""
    return f"digest:{digest.id}"


def add_letter_mailing(
    letter: DigestLetter,
    promotion: Promotion,
    locale: str,
    reference: str,
    now: datetime,
    *,
    kind: str = "digest",
    private: bool = False,
) -> Mailing:
    """Store what a digest's letter says as the mailing `reference`, with the headers of the promotion's digests.

    The content of a `private` one is erased once it has left.
    """
    return add_mailing(
        kind,
        locale,
        letter.subject,
        letter.text,
        letter.html,
        reference=reference,
        created_at=now,
        list_id=_list_id(promotion),
        archive_url=public_url("readership.digests", promotion_slug=promotion.slug),
        reply_to=reply_addresses(promotion, now),
        private=private,
    )


def _render_letter(
    body: RenderedDigest, promotion: Promotion, week: Week, locale: str, *, trial: bool = False
) -> DigestLetter:
    # A placeholder that a member typed must not be filled.
    body = replace(body, html=without_placeholders(body.html), text=without_placeholders(body.text))
    asked_month = promotion.month_ended_by(week)
    values = {"body": body, "promotion": promotion, "asked_month": asked_month, "trial": trial}
    return DigestLetter(*render_mail("digest", locale, **values))


def _list_id(promotion: Promotion) -> str:
    """Return the List-Id of a promotion's digests (RFC 2919): its slug under the domain that the letters come from."""
    domain = parseaddr(settings().mail_from)[1].rpartition("@")[2] or urlsplit(settings().base_url).hostname
    return f"{promotion.name} <{promotion.slug}.bulletins.{domain}>"


KIND = Kind(
    name="digest",
    precedence=DIGEST,
    give_up_after=timedelta(hours=72),
    urls=own_urls,
    unsubscribable=True,
    load_shared=load_shared_values,
    hold_conditions=HOLD_CONDITIONS,
    hold_parameters=hold_parameters,
)
