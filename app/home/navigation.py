"""The head of every page: which promotion, which entries of the menu."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flask import g, request, url_for
from flask_login import current_user

from app import dsfr
from app.access import current_memberships, is_coordinator
from app.assets import FACE
from app.clock import now
from app.extensions import settings
from app.i18n import current_locale
from app.i18n import gettext as _
from app.legal.service import conformity, last_known_conformity
from app.teams.models import Membership
from app.version import product_version

MY_WEEK = (
    *("home.my_week", "home.promotion_week", "home.receipt", "bulletins.form", "bulletins.save"),
    *("rota.", "confidential.", "questionnaires."),
)
TEAMS = ("archive.team", "plans.", "records.", "team_story.", "sharing.")
RETROSPECTIVE = ("retrospective.", "retrospective_coordination.", "comparison.")
MILESTONES = ("milestones.", "milestone_teams.")  # of the coordination, for those who belong to it
COORDINATION = (
    *(
        "desk.",
        "timetables.",
        "digests.",
        "digest_schedule.",
        "corrections.",
        "week_letters.",
        "mailing_status.",
        "suppressed_addresses.",
        "confidential_coordination.",
        "call_list.",
        "advice.",
    ),
    *("questionnaire_coordination.", "management_", "channels.manage", *MILESTONES),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu."""

    label: str
    url: str
    current: bool


def frame() -> dict[str, object]:
    """Give the values with which `base.html` surrounds every page."""
    membership = g.get("membership") or _membership_of_error()
    return {
        "membership": membership,
        "promotion": g.get("promotion") or (membership.promotion if membership else None),
        "navigation": _entries(membership) if membership else [],
        "locale": current_locale(),
        "theme": settings().theme,
        "dsfr": dsfr.current_version(),
        "state_links": dsfr.STATE_LINKS,
        "face": FACE if settings().theme == "neutral" else None,
        "version": product_version(),
        "development": settings().development_mailbox is not None,
        "provider": oidc.name if (oidc := settings().oidc) else None,  # the identity provider, as pages call it
        "conformity": last_known_conformity() if g.get("has_failed") else conformity(now()),
    }


def _membership_of_error() -> Membership | None:
    """Return whose menu surrounds the page of an error, which is of no promotion; nobody's where we have failed."""
    if "error_number" not in g or g.get("has_failed") or not current_user.is_authenticated:
        return None
    return next(iter(current_memberships()), None)


def _entries(membership: Membership) -> list[Entry]:
    coordinates = is_coordinator(membership)
    links = _links(membership.promotion.slug, current_locale(), request.script_root, coordinates=coordinates)
    current = request.endpoint or ""
    return [Entry(label, url, current.startswith(prefixes)) for label, url, prefixes in links]


@lru_cache(maxsize=256)
def _links(
    promotion: str, _locale: str, _root: str, *, coordinates: bool
) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return each entry's label, its URL, and how the endpoints begin on whose pages it is the current one.

    The locale and the path under which the site runs are asked for because labels and URLs depend on them.
    """
    pages: list[tuple[str, str, tuple[str, ...]]] = [
        (_("My week"), "home.promotion_week", MY_WEEK),
        (_("Archive"), "readership.digests", ("readership.", "archive.week")),
        (_("Teams"), "archive.teams", TEAMS),
        (_("Key dates"), "dates.agenda", ("dates.",)),
        (_("Requests for help"), "help_requests.calls", ("help_requests.",)),
        (_("Search"), "search.search", ("search.", "export.")),
        (_("Engagement"), "engagement.engagement", ("engagement.",)),
    ]
    own_retrospective = RETROSPECTIVE if coordinates else (*RETROSPECTIVE, *MILESTONES)
    pages.append((_("Retrospective"), "retrospective.index", own_retrospective))
    if coordinates:
        pages.append((_("Coordination"), "desk.show", COORDINATION))
    return tuple((label, url_for(endpoint, promotion_slug=promotion), prefixes) for label, endpoint, prefixes in pages)
