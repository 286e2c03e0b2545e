"""The page at a share link; the page on which a team's EIGs and the coordination make and revoke them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, g, make_response, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.access import Access, access, is_coordinator
from app.bulletins.mood_words import mood_words
from app.i18n import gettext as _
from app.routing import public_url
from app.sharing.forms import ShareForm
from app.sharing.queries import find_link, links_of, shared_story
from app.sharing.rules import MOST_LINKS, may_share
from app.sharing.service import LinkRevokedError, TooManyLinksError, make_link, revoke_link
from app.teams.models import Membership, Team
from app.teams.queries import find_team

pages = Blueprint("sharing", __name__)

NOT_FOUND = 404


@pages.app_template_test("sharer_of")
def is_sharer(member: Membership, team: Team) -> bool:
    """Return whether the member may share the story of the team."""
    return may_share(member.role, member.team_id, team.id, coordinates=is_coordinator(member))


@pages.get("/share/<token>")
@access(Access.PUBLIC)
def story(token: str) -> Response:
    """Show one team's bulletins to the holder of a link; nothing is recorded of it."""
    link = find_link(token, clock.now())
    if link is None:
        return _unlisted(render_template("sharing/gone.html"), NOT_FOUND)
    promotion = link.team.promotion
    g.locale = promotion.locale
    months, today = shared_story(link.team), promotion.today(clock.now())
    dates = [(each.key_day, each.key_text) for month in months for each in month.bulletins if each.key_day]
    page = render_template(
        "sharing/story.html",
        team=link.team,
        promotion=promotion,
        link=link,
        months=months,
        coming=sorted(date for date in dates if date[0] >= today),
        moods=mood_words(),
    )
    return _unlisted(page)


@pages.get("/<slug:promotion_slug>/teams/<slug:team>/share")
def links(team: str) -> str:
    """Show the links to the team's story, and the form of a new one."""
    row = _get_team(team)
    return _links_page(row, _form(row))


@pages.post("/<slug:promotion_slug>/teams/<slug:team>/share")
def make(team: str) -> BaseResponse | tuple[str, int]:
    """Make a link, and show its address: this once, since only its hash is stored."""
    row = _get_team(team)
    form = _form(row)
    if not form.validate():
        return _links_page(row, form), 422
    try:
        make_link(row, form.link_name, form.last_day, form.secret, current_user, clock.now())
    except TooManyLinksError:
        form.form_errors.append(_("There are %(most)d links to this story already: revoke one first.", most=MOST_LINKS))
        return _links_page(row, form), 409
    except LinkRevokedError:
        form.renew_secret()
        form.form_errors.append(_("The link that you made here was revoked. Press the button again to make another."))
        return _links_page(row, form), 409
    flash(public_url("sharing.story", token=form.secret), "at-new-link")
    return redirect(url_for("sharing.links", team=team, _anchor="new-link"), 303)


@pages.post("/<slug:promotion_slug>/teams/<slug:team>/share/<int:link>/revoke")
def revoke(team: str, link: int) -> BaseResponse:
    """Revoke a link; pressed twice, the second changes nothing."""
    revoke_link(_get_team(team), link, current_user, clock.now())
    flash(_("This link no longer works."), "at-links")
    return redirect(url_for("sharing.links", team=team, _anchor="links"), 303)


def _get_team(slug: str) -> Team:
    """Return the team whose story the member may share; abort with 404 or 403."""
    team = find_team(g.promotion.id, slug) or abort(404)
    if not is_sharer(g.membership, team):
        abort(403)
    return team


def _form(team: Team) -> ShareForm:
    return ShareForm(team, current_user.id, team.promotion.today(clock.now()))


def _links_page(team: Team, form: ShareForm) -> str:
    today = team.promotion.today(clock.now())
    return render_template("sharing/links.html", team=team, form=form, links=links_of(team), today=today)


def _unlisted(page: str, status: int = 200) -> Response:
    """Answer with a page that no search engine keeps and whose links tell nobody where they were followed from."""
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
