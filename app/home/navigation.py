"""The head of every page: which promotion, which entries of the menu."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request, url_for

from app.access import is_coordinator
from app.extensions import settings
from app.i18n import current_locale
from app.i18n import gettext as _
from app.teams.models import Membership

MY_WEEK = ("home.my_week", "home.promotion_week", "home.receipt")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu."""

    label: str
    url: str
    current: bool


def frame() -> dict[str, object]:
    """Give the values with which `base.html` surrounds every page."""
    membership = g.get("membership")
    return {
        "membership": membership,
        "promotion": g.get("promotion"),
        "navigation": _entries(membership) if membership else [],
        "locale": current_locale(),
        "theme": settings().theme,
        "development": settings().development_mailbox is not None,
    }


def _entries(membership: Membership) -> list[Entry]:
    slug = membership.promotion.slug
    pages = [
        (_("My week"), "home.promotion_week", (*MY_WEEK, "bulletins.form", "bulletins.save", "confidential.")),
        (_("Digests"), "readership.digests", ("readership.", "digest_offers.")),
        (_("Weeks"), "archive.weeks", ("archive.week",)),
        (_("Teams"), "archive.teams", ("archive.team",)),
        (_("Calls for help"), "help_requests.calls", ("help_requests.",)),
        (_("Engagement"), "engagement.engagement", ("engagement.",)),
    ]
    if is_coordinator(membership):
        of_coordination = ("digests.", "editions.", "suppressed_addresses.", "confidential_coordination.")
        pages.append((_("Coordination"), "digests.desk", of_coordination))
    current = request.endpoint or ""
    return [
        Entry(label, url_for(endpoint, promotion_slug=slug), current.startswith(prefixes))
        for label, endpoint, prefixes in pages
    ]
