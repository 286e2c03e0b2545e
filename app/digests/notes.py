"""Notes by mail to the coordination about a digest."""

from __future__ import annotations

from datetime import datetime

from app.digests.models import Digest
from app.routing import public_url
from app.teams.members import coordination
from app.teams.notifications import queue_notification


def tell_nothing_to_tell(digest: Digest, now: datetime) -> None:
    """Tell the coordination that the week's digest had nothing to tell, so that no member got a letter."""
    promotion = digest.promotion
    queue_notification(
        "nothing_to_tell",
        coordination(promotion, now),
        reference=f"nothing-to-tell:{digest.id}",
        now=now,
        promotion=promotion,
        week=digest.week,
        page=public_url("engagement.engagement", promotion_slug=promotion.slug),
    )
