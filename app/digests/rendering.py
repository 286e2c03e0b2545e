"""Render a digest in one language: subject, HTML and text, the same in the letter and on the page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup
from sqlalchemy import select

from app.bulletins.mood_words import mood_words
from app.database import db
from app.digests.composition import Composition, TeamCounts
from app.digests.models import Digest, DigestText
from app.i18n import force_locale, ngettext, week_name
from app.i18n import gettext as _
from app.markdown import to_text


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """The body of a digest in one language; HTML without links of ours, so that it is the same wherever it is read."""

    subject: str
    summary: str
    html: str


@dataclass(frozen=True, slots=True)
class RenderedDigest(RenderedPage):
    """That body with the same as plain text."""

    text: str


def render_digest(composition: Composition, locale: str) -> RenderedDigest:
    """Render the digest in the language `locale`, from its values alone, whoever asks."""
    page = render_page(composition, locale)
    with force_locale(locale):
        text = _render("digests/body.txt", composition)
    return RenderedDigest(page.subject, page.summary, page.html, text)


def render_page(composition: Composition, locale: str) -> RenderedPage:
    """Render the digest as `render_digest` does, for a page that shows no plain text, which takes as long again."""
    with force_locale(locale):
        subject = _(
            "%(promotion)s: digest of the %(week)s", promotion=composition.promotion, week=week_name(composition.week)
        )
        return RenderedPage(subject, summarize(composition.teams), _render("digests/body.html", composition))


def _render(template: str, composition: Composition) -> str:
    """Render a template of the body in the language that is set."""
    values = {
        "digest": composition,
        "safe": Markup,
        "plain": to_text,
        "moods": mood_words(),
        "summary": summarize(composition.teams),
    }
    return current_app.jinja_env.get_template(template).render(values)


def summarize(teams: TeamCounts) -> str:
    """Return how many teams wrote, in the language that is set: `13 teams out of 16, 2 paused`."""
    wrote = ngettext(
        "%(num)d team out of %(everyone)d", "%(num)d teams out of %(everyone)d", teams.wrote, everyone=teams.total
    )
    return _("%(wrote)s, %(paused)d paused", wrote=wrote, paused=teams.paused) if teams.paused else wrote


def get_text(digest: Digest, locale: str) -> DigestText:
    """Return the digest as issued in `locale`; there is one in every language of the site."""
    query = select(DigestText).where(DigestText.digest_id == digest.id, DigestText.locale == locale)
    return db.session.scalars(query).one()
