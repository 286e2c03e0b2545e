"""The feature folders as the application sees them: their pages, their kinds of letters, what listens to what."""

from __future__ import annotations

from flask import Flask

from app.bulletins import archive_views, reminders
from app.bulletins import views as bulletins
from app.bulletins.signals import bulletin_saved
from app.confidential import desk_views as confidential_desk
from app.confidential import views as confidential
from app.digests import edition_views
from app.digests import letters as digest_letters
from app.digests import views as digests
from app.engagement import views as engagement
from app.help_requests import offer_views
from app.help_requests import views as help_requests
from app.help_requests.service import follow_bulletin
from app.home import health, me_views, navigation
from app.home import views as home
from app.letters import kinds
from app.readership import choice_views
from app.readership import offer_views as digest_offer_views
from app.readership import views as readership
from app.teams import address_views, notes, sign_in, unsubscribe_views
from app.teams import views as teams

PAGES = (
    teams.pages,
    unsubscribe_views.pages,
    address_views.pages,
    bulletins.pages,
    archive_views.pages,
    help_requests.pages,
    offer_views.pages,
    confidential.pages,
    confidential_desk.pages,
    digests.pages,
    edition_views.pages,
    readership.pages,
    digest_offer_views.pages,
    choice_views.pages,
    engagement.pages,
    home.pages,
    me_views.pages,
    health.pages,
)
KINDS = (sign_in.KIND, reminders.KIND, notes.KIND, digest_letters.KIND)


def open_rooms(app: Flask) -> None:
    """Open every room, in the order in which the story runs."""
    for kind in KINDS:
        kinds.register(kind)
    bulletin_saved.connect(follow_bulletin)
    for pages in PAGES:
        app.register_blueprint(pages)
    app.context_processor(navigation.frame)
    if app.config["SETTINGS"].development_mailbox:
        from app.development.views import pages as mailbox  # noqa: PLC0415 — never loaded in production

        app.register_blueprint(mailbox)
