"""My week, a week and a digest as an ordinary Flask application: the ORM, Flask-Login, Flask-WTF, Flask-Babel, macros.

It shows what ours shows, from the same tables, and takes no short cut and no detour. What it links to is not here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, get_template_attribute, render_template, request, session
from flask_babel import Babel, format_date, gettext
from flask_login import LoginManager, current_user, login_required
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import exists, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload, undefer

import app as product
from app.bulletins.models import Bulletin, FrozenWeek
from app.digests.models import Digest, Recipient
from app.help_requests.models import HelpOffer, HelpRequest
from app.reactions.models import BulletinReaction
from app.readership.models import Consent, ReadMark
from app.security import hash_secret
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.sign_in_models import UserSession
from app.teams.sign_in_views import SESSION_KEY
from app.weeks import Week
from tests.bench.plain.forms import EMOJI, MOODS, BulletinForm

LOCALES = ("fr", "en")
UNREAD_SHOWN = 8
LIVE = ("open", "offered")
MONTHS_KEPT = 3
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LINKED = {  # pages that ours has and these pages link to
    "my_account": "/me",
    "set_language": "/language",
    "sign_out": "/sign-out",
    "digests": "/<slug>/digests",
    "search": "/<slug>/search",
    "accessibility": "/accessibility",
    "notice": "/legal",
    "personal_data": "/personal-data",
    "contact": "/contact",
    "teams": "/<slug>/teams",
    "dates": "/<slug>/dates",
    "retrospective": "/<slug>/retrospective",
    "team": "/<slug>/teams/<team>",
    "plan": "/<slug>/teams/<team>/plan",
    "story": "/<slug>/teams/<team>/story",
    "calls": "/<slug>/help",
    "engagement": "/<slug>/engagement",
    "bulletin": "/<slug>/bulletin/<week>",
    "react": "/<slug>/bulletins/<int:bulletin>/reaction",
    "preview": "/<slug>/bulletin/preview",
    "read": "/<slug>/digests/<week>/read",
    "consent": "/<slug>/reading/consent",
    "confidential": "/<slug>/confidential",
    "resolved": "/<slug>/help/<int:call>/resolved",
    "renewed": "/<slug>/help/<int:call>/renewed",
    "offer": "/<slug>/digests/<week>/help/<int:call>/offer",
}

db = SQLAlchemy()
babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()


def create_plain_site(url: str, secret_key: str, now: datetime) -> Flask:
    """The three pages on the database at `url`, at the moment `now`."""
    site = Flask(__name__)
    site.config.update(
        SECRET_KEY=secret_key,
        SQLALCHEMY_DATABASE_URI=url,
        BABEL_DEFAULT_LOCALE="fr",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(product.__file__).parent / "translations"),
        NOW=now,
    )
    site.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    db.init_app(site)
    csrf.init_app(site)
    login_manager.init_app(site)
    babel.init_app(site, locale_selector=choose_locale)
    site.jinja_env.filters.update(long_date=long_date, short_date=short_date, week_name=week_name, moment=moment)
    site.jinja_env.filters["upper_first"] = lambda text: text[:1].upper() + text[1:]
    site.before_request(find_membership)
    site.after_request(add_headers)
    site.context_processor(lambda: {"locale": choose_locale(), "promotion": g.promotion, "member": g.membership})
    site.add_url_rule("/<slug>/", "my_week", login_required(my_week))
    site.add_url_rule("/<slug>/weeks/<week>", "week", login_required(week))
    site.add_url_rule("/<slug>/digests/<week>", "digest", login_required(digest))
    for endpoint, rule in LINKED.items():
        site.add_url_rule(rule, endpoint, abort, methods=["GET", "POST"])
    return site


@login_manager.user_loader
def load_person(session_id: str) -> Person | None:
    """The person of a session that they have not ended."""
    query = select(UserSession).where(UserSession.secret_hash == hash_secret(session.get(SESSION_KEY, "")))
    found = db.session.scalar(query.options(joinedload(UserSession.person)))
    return found.person if found and found.person.get_id() == session_id else None


def choose_locale() -> str:
    """The person's own language, the visitor's, the browser's, or French."""
    wanted = current_user.locale if current_user.is_authenticated else session.get("locale")
    return wanted or request.accept_languages.best_match(LOCALES) or "fr"


def find_membership() -> None:
    """The part that the person has in the promotion of the page; the page does not exist for others."""
    slug = (request.view_args or {}).get("slug")
    if not current_user.is_authenticated or slug is None:
        return
    query = (
        select(Membership)
        .join(Membership.promotion)
        .options(contains_eager(Membership.promotion).selectinload(Promotion.days_off), joinedload(Membership.team))
        .where(Membership.person_id == current_user.id, Promotion.slug == slug)
    )
    g.membership = db.session.scalar(query) or abort(404)
    g.promotion = g.membership.promotion
    g.now = request_time()
    g.today = g.promotion.today(g.now)


def request_time() -> datetime:
    """The moment that it is."""
    from flask import current_app

    return current_app.config["NOW"]


def add_headers(response: Response) -> Response:
    """Refuse what these pages never need."""
    response.headers.update(HEADERS)
    return response


def my_week(slug: str) -> str:
    """What a member reads and writes this week."""
    member, promotion = g.membership, g.promotion
    this_week = promotion.timetable.week_at(g.now)
    bulletins = (
        select(Bulletin)
        .options(joinedload(Bulletin.key_date))
        .where(Bulletin.team_id == member.team_id, Bulletin.week.in_([this_week, this_week + -1]))
    )
    written = {bulletin.week: bulletin for bulletin in db.session.scalars(bulletins)}
    calls = (
        select(HelpRequest)
        .where(HelpRequest.team_id == member.team_id, HelpRequest.state.in_(LIVE))
        .order_by(HelpRequest.opened_at.desc(), HelpRequest.id.desc())
    )
    return render_template(
        "my_week.html",
        week=this_week,
        unread=unread_weeks(),
        team=member.team,
        closes=promotion.timetable.closes(this_week),
        form=BulletinForm(obj=written.get(this_week)),
        moods=MOODS,
        signs=EMOJI,
        last_week=written.get(this_week + -1),
        calls=db.session.scalars(calls).all(),
        consent=latest_consent(),
        kept_until=kept_until(promotion.ends_on),
    )


def week(slug: str, week: str) -> str:
    """The bulletins of one week."""
    shown = Week.parse(week)
    issued = exists().where(FrozenWeek.promotion_id == g.promotion.id, FrozenWeek.week == shown)
    bulletins = (
        select(Bulletin)
        .join(Bulletin.team)
        .options(contains_eager(Bulletin.team), selectinload(Bulletin.key_date))
        .where(Team.promotion_id == g.promotion.id, Bulletin.week == shown)
        .order_by(Team.key)
    )
    rows = db.session.scalars(bulletins).all()
    return render_template(
        "week.html",
        week=shown,
        issued=db.session.scalar(select(issued)),
        bulletins=rows,
        moods=MOODS,
        signs=EMOJI,
        member=g.membership,
        reactions=reactions_to(rows),
    )


def digest(slug: str, week: str) -> str:
    """One digest, as it was sent."""
    query = (
        select(Digest)
        .options(selectinload(Digest.texts), undefer(Digest.content))
        .where(Digest.promotion_id == g.promotion.id, Digest.week == Week.parse(week))
    )
    found = db.session.scalar(query) or abort(404)
    locale = choose_locale()
    text = next(text for text in found.texts if text.locale == locale)
    published = select(Bulletin).join(Bulletin.team).options(contains_eager(Bulletin.team))
    published = published.where(Team.promotion_id == g.promotion.id, Bulletin.published_in == found.week)
    return render_template(
        "digest.html",
        digest=found,
        text=text,
        ways=ways_in(text.html),
        parts=parts_with_calls(found, with_reactions(found, text.html, published)),
        read=db.session.get(ReadMark, (found.id, g.membership.id)) is not None,
        offered=own_offers(),
        consent=latest_consent(),
        kept_until=kept_until(g.promotion.ends_on),
    )


def unread_weeks() -> list[Week]:
    """The weeks of the digests that the member has not read, newest first."""
    read = exists().where(ReadMark.digest_id == Digest.id, ReadMark.membership_id == g.membership.id)
    query = (
        select(Digest)
        .join(Recipient, Recipient.digest_id == Digest.id)
        .where(Recipient.membership_id == g.membership.id, ~Digest.empty, ~read)
        .order_by(Digest.week.desc())
        .limit(UNREAD_SHOWN)
    )
    return [unread.week for unread in db.session.scalars(query)]


def parts_with_calls(of: Digest, html: str) -> list[dict[str, Any]]:
    """The digest's body, cut after each call that it tells, with the call as it is now."""
    query = (
        select(HelpRequest)
        .join(HelpRequest.team)
        .options(contains_eager(HelpRequest.team))
        .where(Team.promotion_id == of.promotion_id, HelpRequest.state.in_(LIVE), HelpRequest.week <= of.week)
    )
    rows = db.session.scalars(query).all()
    told = [
        next((row for row in rows if row.bulletin_id == call["bulletin_id"]), None)
        for call in of.content["help_requests"]
    ]
    head, *rest = html.split('<td class="bl-call">')
    parts = [{"html": head, "call": None}]
    for call, part in zip(told, rest, strict=True):
        box, end, after = part.partition("</td>")
        parts += [{"html": f'<td class="bl-call">{box}', "call": call}, {"html": end + after, "call": None}]
    return parts


def reactions_to(bulletins: Sequence[Bulletin]) -> list[BulletinReaction]:
    """The reactions to these bulletins."""
    ids = [bulletin.id for bulletin in bulletins]
    return list(db.session.scalars(select(BulletinReaction).where(BulletinReaction.bulletin_id.in_(ids))))


def with_reactions(of: Digest, html: str, published: Any) -> str:
    """The digest's body with the reactions to each bulletin after it."""
    bar = get_template_attribute("_macros.html", "reactions")
    rows = db.session.scalars(published).all()
    given = reactions_to(rows)
    head, *blocks = html.split('<div class="bl-bulletin">')
    found = [next(row for row in rows if row.id == told["bulletin_id"]) for told in of.content["bulletins"]]
    shown = [bar(row, given, g.membership, g.promotion.slug) for row in found]
    return head + "".join(f'<div class="bl-bulletin">{foot}{block}' for foot, block in zip(shown, blocks, strict=True))


def ways_in(html: str) -> list[tuple[str, str, str]]:
    """The headings of the digest's body: an id, the words, the sign of a mood; the teams among them have one."""
    headings = re.findall(r"<h([23])[^>]*>(?:<span[^>]*>([^<]*)</span>)?([^<]*)", html)
    shown = [(sign, words.strip()) for level, sign, words in headings if level == "2" or sign]
    return [(f"part-{number}", words, sign) for number, (sign, words) in enumerate(shown, 1)]


def own_offers() -> dict[int, HelpOffer]:
    """What the member has offered, by call."""
    offers = select(HelpOffer).where(HelpOffer.membership_id == g.membership.id)
    return {offer.call_id: offer for offer in db.session.scalars(offers)}


def latest_consent() -> Consent | None:
    """The member's latest choice about automatic marking."""
    query = select(Consent).where(Consent.membership_id == g.membership.id).order_by(Consent.at.desc()).limit(1)
    return db.session.scalar(query)


def kept_until(ends_on: date) -> date:
    """The last day on which a promotion that ends on that day keeps what its members read."""
    months = ends_on.month - 1 + MONTHS_KEPT
    return ends_on.replace(year=ends_on.year + months // 12, month=months % 12 + 1, day=min(ends_on.day, 28))


def long_date(day: date) -> str:
    """`vendredi 8 mars 2019`."""
    return format_date(day, "full")


def short_date(day: date) -> str:
    """`8 mars 2019`."""
    return format_date(day, "d MMMM y")


def week_name(week: Week) -> str:
    """`semaine du 4 au 8 mars`."""
    monday, friday = week.monday, week.day(5)
    first = format_date(monday, "d" if monday.month == friday.month else "d MMMM")
    dates = gettext("%(first)s to %(last)s", first=first, last=format_date(friday, "d MMMM"))
    return gettext("week of %(dates)s", dates=dates.replace(" 1 ", " 1er "))


def moment(value: datetime, zone: Any) -> str:
    """`vendredi à 15 h`, `le vendredi 8 mars à 15 h 05`."""
    local, today = value.astimezone(zone), request_time().astimezone(zone)
    time = f"{local.hour} h {local.minute:02}" if local.minute else f"{local.hour} h"
    if local.isocalendar()[:2] == today.isocalendar()[:2]:
        return gettext("%(weekday)s at %(time)s", weekday=format_date(local.date(), "EEEE"), time=time)
    return gettext("%(day)s at %(time)s", day=format_date(local.date(), "EEEE d MMMM"), time=time)
