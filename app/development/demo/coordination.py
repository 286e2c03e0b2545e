"""What the coordination of the demonstration has set right and planned: it stands in its log, by the services."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from app.corrections.notes import write_note
from app.corrections.queries import texts_of, told_bulletins
from app.corrections.service import correct_bulletin
from app.database import db
from app.development.demo.roster import first_week
from app.development.demo.schedule import friday_noon
from app.digests.models import Digest
from app.teams.members import coordination
from app.teams.models import Promotion
from app.timetables.service import add_pause

CORRECTED, AT, PAUSED = 28, 29, 33  # weeks of the promotion
NOTE = (
    "Le lien vers la démonstration était faux dans le récapitulatif envoyé par courriel : "
    "le bon est sur la page du défi."
)


def let_coordinate(promotion: Promotion, now: datetime) -> None:
    """Plan a pause of the last team; put a note on a digest, about the first one, and correct another text. Commits."""
    first = first_week(now)
    at, paused = friday_noon(first, AT), first + (PAUSED - 1)
    by = coordination(promotion, at)[0].person_id
    add_pause(promotion.teams[-1], paused, paused, "congés de toute l’équipe", by, at)
    corrected = select(Digest).where(Digest.promotion_id == promotion.id, Digest.week == first + (CORRECTED - 1))
    digest = db.session.scalars(corrected).one()
    write_note(digest, promotion.teams[0], NOTE, digest.revision, by, at)
    bulletin = told_bulletins(promotion.id, digest.week)[-1]
    texts = texts_of(bulletin)
    right = replace(texts, ups_and_downs=f"{texts.ups_and_downs} (C’était mardi, pas lundi.)")
    correct_bulletin(bulletin, right, "mardi, pas lundi", digest.revision, by, at)
