"""The page of the bulletin's form, with everything that stands around it."""

from __future__ import annotations

from flask import render_template, request

from app.bulletins.filing import Filing
from app.bulletins.forms import BulletinForm, fields_of
from app.bulletins.models import Bulletin
from app.bulletins.mood_words import mood_words
from app.bulletins.moods import EMOJI
from app.bulletins.team_week import TeamWeek
from app.bulletins.texts import LIMIT
from app.markdown import to_html

TEXTS = ("priorities", "ups_and_downs", "help")


def write_form(desk: TeamWeek) -> BulletinForm:
    """The form as sent, or as the team's bulletin stands."""
    bulletin = desk.bulletin
    kept = bulletin.key_day if bulletin else None
    data = fields_of(bulletin) if request.method == "GET" else {}
    return BulletinForm(data=data, today=desk.team.promotion.today(desk.now), kept_day=kept)


def form_values(form: BulletinForm, desk: TeamWeek) -> dict[str, object]:
    """What the template of the form needs, on its own page and on "my week"."""
    timetable = desk.team.promotion.timetable
    return {
        "form": form,
        "team": desk.team,
        "week": desk.week,
        "now": desk.now,
        "filing": desk.filing,
        "Filing": Filing,
        "signs": EMOJI,
        "moods": mood_words(),
        "limit": LIMIT,
        "closes": timetable.closes(desk.week),
        "late_until": timetable.late_until(desk.week),
        "zone": timetable.zone,
        "bulletin": desk.bulletin,
        "last_week": desk.last_week,
    }


def form_page(
    form: BulletinForm,
    desk: TeamWeek,
    *,
    preview: bool = False,
    theirs: Bulletin | None = None,
) -> str:
    """The whole page: with previews, beside a colleague's newer text, or refusing what a closed week cannot take."""
    if theirs is not None:
        form.revision.data = str(theirs.revision)  # saving again is now a choice made knowingly
    previews = {name: to_html(form[name].data or "") for name in TEXTS} if preview else {}
    values = form_values(form, desk)
    refused = form.is_submitted() and desk.filing not in {Filing.OPEN, Filing.LATE}
    return render_template("bulletins/form.html", previews=previews, theirs=theirs, refused=refused, **values)
