"""A bulletin as the cells of the earlier tool's CSV file."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from app.bulletins.legacy_csv.file_format import EMOJI_OF
from app.bulletins.models import Bulletin


def legacy_cells(bulletin: Bulletin, zone: ZoneInfo) -> Mapping[str, str]:
    """Return the cells of `bulletin` by COLUMNS, its moments in `zone`."""
    created, updated = bulletin.created_at.astimezone(zone), bulletin.updated_at.astimezone(zone)
    return {
        "id": str(bulletin.id),
        "project": bulletin.team.name,
        "week_number": bulletin.week.label.replace("-W", "-"),
        "spirit": EMOJI_OF[bulletin.mood],
        "priorities": bulletin.priorities,
        "victories": bulletin.ups_and_downs or "—",  # of one withdrawn: an import takes no empty cell
        "help": bulletin.help,
        "created_at": f"{created:%Y-%m-%d %H:%M:%S}",
        "updated_at": f"{updated:%Y-%m-%d %H:%M:%S}",
    }
