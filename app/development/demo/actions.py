"""What the people of the demonstration do, each action at its moment, through the product's own services."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.bulletins.models import Bulletin
from app.bulletins.service import BulletinDraft, save_bulletin
from app.database import db
from app.development.demo.schedule import seeded_random, working_day_from
from app.development.demo.stories import StoryBulletin, StoryOffer
from app.digests.service import issue
from app.help_requests.models import HelpOffer, HelpRequest, HelpThanks
from app.help_requests.rules import state_after_offer
from app.help_requests.service import renew, resolve
from app.reactions.models import BulletinReaction
from app.reactions.rules import Reaction
from app.rota.service import save_rota
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week


def issue_without_letters(promotion: Promotion, week: Week, at: datetime) -> None:
    """Issue the week's digest for the archive."""
    issue(promotion, week, now=at, letters=False)


def write_bulletin(team: Team, week: Week, story: StoryBulletin, at: datetime) -> None:
    """Send the team's bulletin, in the name of one of its EIGs."""
    author = seeded_random("author", team.slug, story.week).choice(_eigs(team))
    timetable, date = team.promotion.timetable, story.key_date
    draft = BulletinDraft(
        mood=story.mood,
        priorities=story.priorities,
        ups_and_downs=story.ups_and_downs,
        help=story.help,
        key_date=working_day_from(timetable, (week + date.in_weeks).day(date.weekday)) if date else None,
        key_date_text=date.text if date else "",
    )
    save_bulletin(team, week, author, draft, 0, at)


def offer_help(team: Team, week: Week, offer: StoryOffer, at: datetime) -> None:
    """Offer help on the team's call of `week`: as on the site, but without its letter. Commits."""
    call = _call(team, week)
    members = select(Membership).join(Membership.person).where(Membership.promotion_id == team.promotion_id)
    helper = db.session.scalars(members.where(Person.email == offer.by)).one()
    db.session.add(HelpOffer(call=call, membership=helper, text=offer.text, offered_at=at))
    call.state, call.first_offered_at = state_after_offer(call.state), call.first_offered_at or at
    db.session.commit()


def renew_call(team: Team, week: Week, at: datetime) -> None:
    """Renew the team's call of `week`."""
    renew(_call(team, week), at)


def resolve_call(team: Team, week: Week, at: datetime) -> None:
    """Resolve the team's call of `week`, in the name of its first EIG."""
    resolve(_call(team, week), _eigs(team)[0], at)


def thank_helpers(team: Team, week: Week, story: StoryBulletin, at: datetime) -> None:
    """Say how the team's call of `week` was resolved, and thank who offered help: without letters. Commits."""
    call = _call(team, week)
    call.resolution = story.resolution
    author = _eigs(team)[0].id
    for offer in db.session.scalars(select(HelpOffer).where(HelpOffer.call_id == call.id)):
        db.session.add(HelpThanks(offer_id=offer.id, text=story.thanks, shown=True, author_id=author, thanked_at=at))
    db.session.commit()


def react_to_digest(promotion: Promotion, week: Week, _at: datetime) -> None:
    """Let some of the members say something of some of the bulletins of the week's digest. Commits."""
    draw = seeded_random("reactions", promotion.slug, week.number)
    members = db.session.scalars(
        select(Membership)
        .where(Membership.promotion_id == promotion.id, Membership.role.in_([Role.EIG, Role.MENTOR]))
        .order_by(Membership.id)
    ).all()
    bulletins = select(Bulletin).join(Bulletin.team).where(Team.promotion_id == promotion.id)
    for bulletin in db.session.scalars(bulletins.where(Bulletin.published_in == week).order_by(Bulletin.id)):
        others = [member for member in members if member.team_id != bulletin.team_id]
        for member in draw.sample(others, min(len(others), draw.choice((0, 0, 1, 2, 2, 5)))):
            reaction = draw.choice(list(Reaction))
            db.session.add(BulletinReaction(bulletin_id=bulletin.id, membership_id=member.id, reaction=reaction))
    db.session.commit()


def keep_rota(team: Team, starts: Week) -> None:
    """Let the EIGs of the team take turns from the week `starts` on, in the order in which they came. Commits."""
    eigs = select(Membership.id).where(Membership.team_id == team.id, Membership.role == Role.EIG)
    save_rota(team, list(db.session.scalars(eigs.order_by(Membership.id))), starts, 0)


def _eigs(team: Team) -> list[Person]:
    query = select(Person).join(Membership).where(Membership.team_id == team.id, Membership.role == Role.EIG)
    return list(db.session.scalars(query.order_by(Membership.id)))


def _call(team: Team, week: Week) -> HelpRequest:
    query = select(HelpRequest).where(HelpRequest.team_id == team.id, HelpRequest.week == week)
    return db.session.scalars(query).one()
