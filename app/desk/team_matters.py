"""Which teams were silent, or had a very hard time, several weeks in a row; that there is none yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import url_for

from app.bulletins.queries import teams_that_wrote
from app.desk.matter import Matter
from app.engagement.concerns import Streak, find_concerns
from app.engagement.queries import weeks_of_teams
from app.i18n import gettext as _
from app.i18n import ngettext
from app.teams.models import Promotion
from app.teams.phases import Phase
from app.weeks import Week

TEAMS_NAMED = 3  # silent ones; more are one line


def find_team_matters(promotion: Promotion, issued: set[Week], now: datetime) -> list[Matter]:
    """Return runs of hard or silent weeks, up to the last week whose bulletins can no longer be written.

    In a cohort that runs without any team, the way to add them.
    """
    this_week = promotion.timetable.week_at(now)
    week = this_week if this_week in issued else this_week.previous  # until then they may still write
    if promotion.phase(now) is not Phase.RUNNING:
        return []
    if not promotion.teams:
        return [Matter(_("No team has been added yet"), url_for("management_promotions.first_steps"))]
    if promotion.closed_before_made(week):
        return []
    concerns = find_concerns(weeks_of_teams(promotion, week, now), [], promotion.today(now))
    slugs = {team.name: team.slug for team in promotion.teams}
    wrote = teams_that_wrote(promotion.id, this_week)
    back = {team.name for team in promotion.teams if team.id in wrote}  # whatever they told, silent no more
    silent = [streak for streak in concerns.silent if streak.team not in back]
    return [*_about_hard(concerns.hard, slugs), *_about_silent(silent, slugs)]


def _about_hard(streaks: Sequence[Streak], slugs: Mapping[str, str]) -> list[Matter]:
    return [
        Matter(
            ngettext(
                "%(team)s: %(num)d very hard week in a row",
                "%(team)s: %(num)d very hard weeks in a row",
                each.weeks,
                team=each.team,
            ),
            url_for("archive.team", team=slugs[each.team]),
        )
        for each in streaks
    ]


def _about_silent(streaks: Sequence[Streak], slugs: Mapping[str, str]) -> list[Matter]:
    if len(streaks) > TEAMS_NAMED:
        words = ngettext(
            "%(num)d team has written nothing for two weeks or more",
            "%(num)d teams have written nothing for two weeks or more",
            len(streaks),
        )
        return [Matter(words, url_for("engagement.engagement"))]
    return [
        Matter(
            ngettext(
                "%(team)s has written nothing for %(num)d week",
                "%(team)s has written nothing for %(num)d weeks",
                each.weeks,
                team=each.team,
            ),
            url_for("management_people.show", _anchor=f"team-{slugs[each.team]}"),
        )
        for each in streaks
    ]
