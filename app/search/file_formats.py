"""The files of an export: CSV, for spreadsheets and our own import, JSON, and Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from zoneinfo import ZoneInfo

from app.bulletins.legacy_csv.exporting import legacy_cells, our_cells
from app.bulletins.legacy_csv.file_format import COLUMNS, OUR_COLUMNS
from app.bulletins.models import Bulletin, KeyDate
from app.bulletins.mood_words import mood_words
from app.documents.markdown_text import escape
from app.i18n import gettext as _
from app.i18n import long_date, upper_first, week_name
from app.search.taking_along import ReadableTexts
from app.spreadsheets import write_sheet


def to_csv(texts: ReadableTexts) -> str:
    """Return the bulletins for a spreadsheet, in the columns of the earlier tool and our own."""
    zone = ZoneInfo(texts.promotion.timezone)
    rows = (
        {**legacy_cells(bulletin, zone), **our_cells(bulletin, zone), **_call_cells(bulletin, texts)}
        for bulletin in texts.bulletins
    )
    columns = (*COLUMNS, *OUR_COLUMNS)
    return write_sheet(columns, ([row[name] for name in columns] for row in rows))


def to_json(texts: ReadableTexts) -> str:
    """Return everything, in the words of `flask digest preview`; moments are in UTC."""
    content = {
        "promotion": texts.promotion.slug,
        "bulletins": [
            {
                "team": bulletin.team.name,
                "week": bulletin.week.label,
                "mood": bulletin.mood.value,
                "priorities": bulletin.priorities,
                "ups_and_downs": bulletin.ups_and_downs,
                "help": texts.call_of(bulletin),
                "late": bulletin.late,
                "notice": bulletin.notice,
                "created_at": bulletin.created_at.isoformat(),
                "updated_at": bulletin.updated_at.isoformat(),
            }
            for bulletin in texts.bulletins
        ],
        "help_requests": [
            {
                "team": bulletin.team.name,
                "week": bulletin.week.label,
                "text": bulletin.help,
                "state": texts.call_states[bulletin.id].value,
            }
            for bulletin in texts.bulletins
            if bulletin.id in texts.call_states and texts.call_of(bulletin)
        ],
        "key_dates": sorted(
            (
                {"team": one.team.name, "date": one.day.isoformat(), "text": one.text}
                for one in (*(bulletin.key_date for bulletin in texts.bulletins), *texts.plan_dates)
                if one
            ),
            key=lambda one: (one["date"], one["team"]),
        ),
        "introductions": [{"week": week.label, "text": text} for week, text in sorted(texts.introductions.items())],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def to_markdown(texts: ReadableTexts) -> str:
    """Return everything by week, in the current language; what a team typed is quoted, so that it stays its own."""
    lines = [f"# {escape(texts.promotion.name)}", ""]
    for week, bulletins in groupby(texts.bulletins, key=lambda bulletin: bulletin.week):
        lines += [f"## {upper_first(week_name(week))} ({week.label})", ""]
        if week in texts.introductions:
            lines += _quoted(_("The introduction"), texts.introductions[week])
        for bulletin in bulletins:
            lines += _bulletin_lines(bulletin, texts)
    if texts.plan_dates:
        lines += ["## " + _("Key dates of the plans"), ""]
        lines += [f"- {_date_line(one, team=one.team.name)}" for one in texts.plan_dates]
    return "\n".join(lines).rstrip("\n") + "\n"


def _call_cells(bulletin: Bulletin, texts: ReadableTexts) -> dict[str, str]:
    call, state = texts.call_of(bulletin), texts.call_states.get(bulletin.id)
    return {"help": call, "help_state": state.value if call and state else ""}


def _bulletin_lines(bulletin: Bulletin, texts: ReadableTexts) -> Iterator[str]:
    late = f" ({_('late')})" if bulletin.late else ""
    mood = f"{bulletin.mood.emoji} {mood_words()[bulletin.mood]}"
    yield from (f"### {escape(bulletin.team.name)}{late}", "", mood, "")
    if bulletin.notice:
        yield from (escape(bulletin.notice), "")
    yield from _quoted(_("Priority"), bulletin.priorities)
    if bulletin.ups_and_downs:
        yield from _quoted(_("Ups and downs"), bulletin.ups_and_downs)
    if call := texts.call_of(bulletin):
        yield from _quoted(_("Request for help"), call)
    if bulletin.key_date:
        yield from (f"**{_('Key date')}**{_(': ')}{_date_line(bulletin.key_date)}", "")


def _date_line(key_date: KeyDate, team: str = "") -> str:
    return escape(" — ".join(filter(None, (long_date(key_date.day), team, key_date.text))))


def _quoted(title: str, text: str) -> Iterator[str]:
    yield from (f"**{title}**", "")
    yield from (f"> {line}".rstrip() for line in text.split("\n"))
    yield ""
