"""A bulletin as the cells of the earlier tool's CSV file, and of the columns that ours has besides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from app.bulletins.legacy_csv.file_format import EMOJI_OF, NOTHING
from app.bulletins.models import Bulletin


def legacy_cells(bulletin: Bulletin, zone: ZoneInfo) -> Mapping[str, str]:
    """Return the cells of `bulletin` by COLUMNS, its moments in `zone`."""
    return {
        "id": str(bulletin.id),
        "project": bulletin.team.name,
        "week_number": bulletin.week.label.replace("-W", "-"),
        "spirit": EMOJI_OF[bulletin.mood],
        "priorities": bulletin.priorities,
        "victories": bulletin.ups_and_downs or NOTHING,
        "help": bulletin.help,
        "created_at": _moment(bulletin.created_at, zone),
        "updated_at": _moment(bulletin.updated_at, zone),
    }


def our_cells(bulletin: Bulletin, zone: ZoneInfo) -> Mapping[str, str]:
    """Return the cells of `bulletin` by OUR_COLUMNS, but for the state of its call for help."""
    return {
        "key_date": bulletin.key_day.isoformat() if bulletin.key_day else "",
        "key_date_text": bulletin.key_text,
        "late": "1" if bulletin.late else "",
        "notice": bulletin.notice,
        "withdrawn_at": _moment(bulletin.withdrawn_at, zone) if bulletin.withdrawn_at else "",
    }


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
