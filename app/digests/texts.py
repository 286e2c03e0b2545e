"""A composed digest in one language: subject, HTML and text, the same for the letter and for the page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup
from sqlalchemy import select

from app.bulletins.mood_words import mood_words
from app.database import db
from app.digests.composing import Composition, TeamCounts
from app.digests.models import Digest, DigestText
from app.i18n import force_locale, ngettext
from app.i18n import gettext as _
from app.markdown import to_text


@dataclass(frozen=True, slots=True)
class RenderedDigest:
    """The body of a digest in one language; HTML without links of ours, so that it is the same wherever it is read."""

    subject: str
    summary: str
    html: str
    text: str


def render_digest(composition: Composition, locale: str) -> RenderedDigest:
    """The digest as told in `locale`."""
    with force_locale(locale):
        told = summary(composition.teams)
        values = {
            "digest": composition,
            "safe": Markup,
            "plain": to_text,
            "moods": mood_words(),
            "summary": told,
        }
        return RenderedDigest(
            subject=subject(composition),
            summary=told,
            html=render_template("digests/body.html", **values),
            text=render_template("digests/body.txt", **values),
        )


def subject(composition: Composition) -> str:
    """The subject of the letter and the title of the page, in the language that is set."""
    return _(
        "%(promotion)s: digest of week %(number)d", promotion=composition.promotion, number=composition.week.number
    )


def summary(teams: TeamCounts) -> str:
    """How many teams wrote, in a few words, in the language that is set: `13 teams out of 16, 2 paused`."""
    wrote = ngettext(
        "%(num)d team out of %(everyone)d", "%(num)d teams out of %(everyone)d", teams.wrote, everyone=teams.everyone
    )
    return _("%(wrote)s, %(paused)d paused", wrote=wrote, paused=teams.paused) if teams.paused else wrote


def get_text(digest: Digest, locale: str) -> DigestText:
    """Subject, HTML and text of the digest as issued in `locale`; there is one in every language that we speak."""
    query = select(DigestText).where(DigestText.digest_id == digest.id, DigestText.locale == locale)
    return db.session.scalars(query).one()
