"""One team's story, for its EIGs, its mentors and the coordination: a page, Markdown, PDF, and a sheet of two pages."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from app import clock
from app.access import is_coordinator
from app.bulletins.rules import own_team
from app.documents.charts import NARROW, WIDE, chart_response, draw_chart
from app.documents.markdown_text import to_markdown
from app.documents.pdf import to_pdf
from app.downloads import file_response
from app.retrospective.team_story.document import MOODS, mood_chart, story_document
from app.retrospective.team_story.queries import read_story
from app.retrospective.team_story.sheet import sheet_pdf
from app.retrospective.team_story.values import TeamStory
from app.teams.models import Membership, Team
from app.teams.queries import find_team

pages = Blueprint("team_story", __name__)


@pages.app_template_test("story_reader_of")
def is_story_reader(member: Membership, team: Team) -> bool:
    """Return whether the member may read the story of the team: its EIGs, its mentors, the coordination."""
    return is_coordinator(member) or own_team(member.role, member.team_id) == team.id


@pages.get("/<slug:promotion_slug>/teams/<slug:team>/story")
def page(team: str) -> str:
    """Show the story."""
    row = _get_team(team)

    def chart_url(key: str, *, narrow: bool = False) -> str:
        return url_for("team_story.chart", team=team, name=key, narrow=1 if narrow else None)

    document = story_document(_story(row))
    return render_template("retrospective/story.html", team=row, document=document, chart_url=chart_url)


@pages.get("/<slug:promotion_slug>/teams/<slug:team>/story/<slug:name>.svg")
def chart(team: str, name: str) -> Response:
    """Draw a chart of the story; with `?narrow`, for a phone."""
    story = _story(_get_team(team))
    if name != MOODS or not story.weeks:
        abort(404)
    return chart_response(draw_chart(mood_chart(story.weeks), NARROW if "narrow" in request.args else WIDE))


@pages.get("/<slug:promotion_slug>/teams/<slug:team>/story.md")
def as_markdown(team: str) -> Response:
    """Download the story as Markdown, to go on writing."""
    text = to_markdown(story_document(_story(_get_team(team))))
    return file_response(text, "text/markdown", f"{g.promotion.slug}-{team}.md")


@pages.get("/<slug:promotion_slug>/teams/<slug:team>/story.pdf")
def as_pdf(team: str) -> Response:
    """Download the story as a PDF."""
    document = story_document(_story(_get_team(team)))
    return file_response(to_pdf(document, clock.now()), "application/pdf", f"{g.promotion.slug}-{team}.pdf")


@pages.get("/<slug:promotion_slug>/teams/<slug:team>/sheet.pdf")
def sheet(team: str) -> Response:
    """Download the sheet of the challenge: two pages, for the closing event."""
    data = sheet_pdf(_story(_get_team(team)), clock.now())
    return file_response(data, "application/pdf", f"{g.promotion.slug}-{team}-sheet.pdf")


def _get_team(slug: str) -> Team:
    """Return the team whose story the member may read; abort with 404 or 403."""
    team = find_team(g.promotion.id, slug) or abort(404)
    if not is_story_reader(g.membership, team):
        abort(403)
    return team


def _story(team: Team) -> TeamStory:
    return read_story(g.membership, team, clock.now(), coordinates=is_coordinator(g.membership))
