"""Correct or withdraw a bulletin or an introduction that has been published: in its row, which everything else follows.

What it said before is erased: from the row and its revisions, from the digests that told it, from their letters that
have not left, from the index. Whether it was written, when, in which mood, and who has read it does not change.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.bulletins.key_dates import follow_key_date
from app.bulletins.models import Bulletin
from app.bulletins.service import add_revision, published_text_changed
from app.corrections.notes import add_note, digests_noted, lock_digest, refuse_unseen
from app.corrections.queries import digest_of, parts_of, texts_of
from app.corrections.stored_content import BulletinTexts
from app.corrections.stored_digests import change_digests, write_anew
from app.corrections.words import WithdrawnPart, corrected_words, withdrawn_words
from app.database import db
from app.digests.introductions import find_introduction
from app.digests.models import Digest, Introduction
from app.help_requests.models import HelpRequest
from app.help_requests.offers import lock_call
from app.help_requests.rules import HelpState
from app.markdown import to_html
from app.search.following import index_changes
from app.search.index import forget_deleted


def correct_bulletin(bulletin: Bulletin, texts: BulletinTexts, note: str, seen: int, by: int, now: datetime) -> bool:
    """Give a published bulletin other texts, and say so, with a `note`. Commits.

    One that was withdrawn is put back. Return False where it says that already. Raises DigestChangedError unless the
    person `by` has `seen` its digest in its revision of today.
    """
    digest = _lock(bulletin)
    words = corrected_words(bulletin.team.promotion, note, now, put_back=bulletin.withdrawn_at is not None)
    if texts_of(bulletin) == texts and (not note or bulletin.notice == words):
        return False
    refuse_unseen(digest, seen)
    bulletin.withdrawn_at = None
    _change(bulletin, texts, words, by, now)
    _record(AuditAction.TEXT_CORRECTED, digest, by, now, bulletin.team.name)
    _commit()
    return True


def withdraw_from_bulletin(
    bulletin: Bulletin, part: WithdrawnPart, seen: int, by: int, now: datetime, *, team_asked: bool
) -> bool:
    """Withdraw a published bulletin or one part of it; `team_asked`: its team did. Commits.

    Return False where that was done already. Raises DigestChangedError, as `correct_bulletin` does.
    """
    digest = _lock(bulletin)
    if part not in parts_of(bulletin):
        return False
    refuse_unseen(digest, seen)
    words, texts = withdrawn_words(bulletin.team.promotion, part, now, team_asked=team_asked), texts_of(bulletin)
    if part is WithdrawnPart.BULLETIN:
        bulletin.withdrawn_at = now
        left = BulletinTexts(priorities=words, ups_and_downs="")
    elif part is WithdrawnPart.HELP:
        left = replace(texts, help="")
    else:
        left = replace(texts, key_date=None, key_date_text="")
    _change(bulletin, left, words, by, now)
    _record(AuditAction.TEXT_WITHDRAWN, digest, by, now, f"{bulletin.team.name}, {part}")
    _commit()
    return True


def correct_introduction(digest: Digest, text: str, note: str, seen: int, by: int, now: datetime) -> bool:
    """Give the introduction of a digest another text, and say so, with a `note`; as `correct_bulletin`. Commits."""
    introduction = _lock_introduction(digest)
    put_back = introduction.withdrawn_at is not None
    words = corrected_words(digest.promotion, note, now, put_back=put_back, of_introduction=True)
    if introduction.text == text and (not note or introduction.notice == words):
        return False
    refuse_unseen(digest, seen)
    introduction.text, introduction.notice, introduction.withdrawn_at = text, words, None
    _finish_introduction(AuditAction.TEXT_CORRECTED, introduction, digest, words, by, now)
    return True


def withdraw_introduction(digest: Digest, seen: int, by: int, now: datetime) -> bool:
    """Withdraw the introduction of a digest; as `withdraw_from_bulletin`. Commits."""
    introduction = _lock_introduction(digest)
    if introduction.withdrawn_at:
        return False
    refuse_unseen(digest, seen)
    words = withdrawn_words(digest.promotion, WithdrawnPart.INTRODUCTION, now)
    introduction.text, introduction.notice, introduction.withdrawn_at = words, "", now
    _finish_introduction(AuditAction.TEXT_WITHDRAWN, introduction, digest, words, by, now)
    return True


def _lock(bulletin: Bulletin) -> Digest:
    """Lock the promotion, read the bulletin and its key date anew, and return its digest."""
    digest = digest_of(bulletin)
    lock_digest(digest)
    db.session.get_one(Bulletin, bulletin.id, options=[joinedload(Bulletin.key_date)], populate_existing=True)
    return digest


def _lock_introduction(digest: Digest) -> Introduction:
    lock_digest(digest)
    introduction = find_introduction(digest.promotion_id, digest.week)
    if introduction is None:
        raise LookupError(f"digest {digest.id} has no introduction")
    db.session.refresh(introduction)
    return introduction


def _change(bulletin: Bulletin, texts: BulletinTexts, words: str, by: int, now: datetime) -> None:
    """Give the bulletin `texts`, its call and its key date with it, and write the digests that told it anew.

    `words` say so: as the notice of the bulletin, unless all of it was withdrawn, and beside each of the digests.
    """
    before = texts_of(bulletin)
    call, noted = _lock_call(bulletin), bulletin.notice if before == texts else ""
    bulletin.notice = "" if bulletin.withdrawn_at else words
    bulletin.priorities, bulletin.priorities_html = texts.priorities, to_html(texts.priorities)
    bulletin.ups_and_downs = texts.ups_and_downs
    bulletin.ups_and_downs_html = to_html(texts.ups_and_downs) if texts.ups_and_downs else ""
    bulletin.help, bulletin.help_html = texts.help, to_html(texts.help) if texts.help else ""
    _change_key_date(bulletin, texts, words, now)
    if call and (before.help != texts.help or bulletin.withdrawn_at):
        _change_call(call, texts.help, words, by, now)
    _erase_revisions(bulletin)
    add_revision(bulletin, by, now)
    changed = change_digests(bulletin, now) or [digest_of(bulletin)]
    # where the words alone are others, they are everywhere: what they said may be why
    for digest in {*changed, *digests_noted(bulletin.team, noted)}:
        add_note(digest, bulletin.team, words, by, now, of_change=True)
    published_text_changed.send(bulletin.team.promotion, now=now)


def _lock_call(bulletin: Bulletin) -> HelpRequest | None:
    """Read the call of the bulletin anew: its team may be closing it, somebody may be offering help."""
    found = db.session.scalar(select(HelpRequest.id).where(HelpRequest.bulletin_id == bulletin.id))
    return lock_call(found) if found else None


def _change_key_date(bulletin: Bulletin, texts: BulletinTexts, words: str, now: datetime) -> None:
    current = bulletin.key_date
    if current and texts.key_date is None:
        current.text = words  # calendars are told for some weeks what is no more
    bulletin.key_date = follow_key_date(
        current, bulletin.team_id, texts.key_date, texts.key_date_text, now, seen_by_all=True
    )


def _change_call(call: HelpRequest, text: str, words: str, by: int, now: datetime) -> None:
    """Let the call say the same as its bulletin; a withdrawn one is open no more, and says that it was withdrawn."""
    call.text = text or words
    call.html = to_html(call.text)
    if text:
        return
    call.resolution = ""
    if call.is_live:
        call.state, call.closed_at, call.closed_by_id = HelpState.WITHDRAWN, now, by


def _erase_revisions(bulletin: Bulletin) -> None:
    """Keep of the revisions who saved them and when."""
    for revision in bulletin.revisions:
        revision.priorities = revision.ups_and_downs = revision.help = revision.key_date_text = ""
        revision.key_date = None


def _finish_introduction(
    action: AuditAction, introduction: Introduction, digest: Digest, words: str, by: int, now: datetime
) -> None:
    introduction.author_id, introduction.updated_at = by, now  # who wrote it first did not write this
    db.session.flush()
    write_anew(digest, now)
    add_note(digest, None, words, by, now, of_change=True)
    published_text_changed.send(digest.promotion, now=now)
    _record(action, digest, by, now, WithdrawnPart.INTRODUCTION)
    _commit()


def _commit() -> None:
    """Commit, with the index: a process that is killed must not leave in it what is erased."""
    index_changes(db.session())
    forget_deleted()
    db.session.commit()


def _record(action: AuditAction, digest: Digest, by: int, now: datetime, about: str) -> None:
    record_action(action, by, now, promotion_id=digest.promotion_id, subject=digest.week.label, detail=about)
