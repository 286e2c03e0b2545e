"""What the people of the demonstration do, each deed at its moment, through the product's own services."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.bulletins.service import Draft, save_bulletin
from app.database import db
from app.development.demo.material import Told, ToldOffer
from app.development.demo.moments import chance, working_day_from
from app.digests.service import issue
from app.help_requests import acts
from app.help_requests.life import after_offer
from app.help_requests.models import HelpOffer, HelpRequest
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week


def issue_for_the_archive(promotion: Promotion, week: Week, at: datetime) -> None:
    """The week's digest, without letters."""
    issue(promotion, week, now=at, letters=False)


def write(team: Team, week: Week, told: Told, at: datetime) -> None:
    """One of the team's EIGs sends its bulletin."""
    author = chance("author", team.slug, told.week).choice(_eigs(team))
    save_bulletin(team, week, author, _draft(team, week, told), 0, at)


def offer(team: Team, week: Week, told: ToldOffer, at: datetime) -> None:
    """Somebody offers help on the team's call of `week`: as on the site, but for the letter."""
    call = _call(team, week)
    members = select(Membership).join(Membership.person).where(Membership.promotion_id == team.promotion_id)
    helper = db.session.scalars(members.where(Person.email == told.by)).one()
    db.session.add(HelpOffer(call=call, membership=helper, text=told.text, offered_at=at))
    call.state, call.first_offered_at = after_offer(call.state), call.first_offered_at or at
    db.session.commit()


def renew(team: Team, week: Week, at: datetime) -> None:
    """The team's call of `week` still stands."""
    acts.renew(_call(team, week), at)


def resolve(team: Team, week: Week, at: datetime) -> None:
    """The team has what it called for in `week`."""
    acts.resolve(_call(team, week), _eigs(team)[0], at)


def _eigs(team: Team) -> list[Person]:
    query = select(Person).join(Membership).where(Membership.team_id == team.id, Membership.role == Role.EIG)
    return list(db.session.scalars(query.order_by(Membership.id)))


def _call(team: Team, week: Week) -> HelpRequest:
    query = select(HelpRequest).where(HelpRequest.team_id == team.id, HelpRequest.week == week)
    return db.session.scalars(query).one()


def _draft(team: Team, week: Week, told: Told) -> Draft:
    date = told.key_date
    timetable = team.promotion.timetable
    return Draft(
        mood=told.mood,
        priorities=told.priorities,
        ups_and_downs=told.ups_and_downs,
        help=told.help,
        key_date=working_day_from(timetable, (week + date.in_weeks).day(date.weekday)) if date else None,
        key_date_text=date.text if date else "",
    )
