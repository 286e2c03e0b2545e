"""a stored digest says of each text which bulletin it is of; those of before are known once more by their words

Revision: 0036, after 0035, of 2026-11-29 11:30:00+00:00
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import context, op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

Entry = dict[str, Any]
Rank = tuple[bool, int]

promotions = sa.table('promotions', sa.column('id'), sa.column('timezone'))
digests = sa.table(
    'digests',
    sa.column('id'),
    sa.column('promotion_id'),
    sa.column('week', sa.Date),
    sa.column('issued_at', sa.DateTime(timezone=True)),
    sa.column('content', sa.JSON),
)
teams = sa.table('teams', sa.column('id'), sa.column('promotion_id'), sa.column('name'))
former_names = sa.table('former_team_names', sa.column('team_id'), sa.column('name'), sa.column('until', sa.Date))
bulletins = sa.table(
    'bulletins',
    *map(sa.column, ('id', 'team_id', 'priorities', 'ups_and_downs', 'help')),
    sa.column('week', sa.Date),
    sa.column('published_in', sa.Date),
)
calls = sa.table(
    'help_requests', sa.column('bulletin_id'), sa.column('text'), sa.column('opened_at', sa.DateTime(timezone=True))
)
key_dates = sa.table('key_dates', sa.column('bulletin_id'), sa.column('day', sa.Date), sa.column('text'))


def upgrade() -> None:
    if context.is_offline_mode():  # the SQL is to be read
        op.execute('-- here `flask db upgrade` says in each stored digest which bulletins it tells')
        return
    connection = op.get_bind()
    for promotion, timezone in connection.execute(sa.select(promotions.c.id, promotions.c.timezone)).all():
        zone, published = ZoneInfo(timezone), _published(connection, promotion)
        for digest in _digests(connection, promotion):
            day = _day(digest.issued_at, zone)
            content = _with_ids(digest, day, zone, _names_on(connection, promotion, day), published)
            _store(connection, digest.id, content)
            _warn(content, digest)


def downgrade() -> None:
    if context.is_offline_mode():
        op.execute('-- here `flask db downgrade` takes these ids out of each stored digest')
        return
    connection = op.get_bind()
    for (promotion,) in connection.execute(sa.select(promotions.c.id)).all():
        for digest in _digests(connection, promotion):
            content = dict(digest.content)
            for part in ('bulletins', 'help_requests', 'key_dates'):
                content[part] = [
                    {key: value for key, value in entry.items() if key != 'bulletin_id'} for entry in content[part]
                ]
            _store(connection, digest.id, content)


def _with_ids(
    digest: sa.Row[Any], day: date, zone: ZoneInfo, names: dict[int, str], published: Sequence[sa.Row[Any]]
) -> dict[str, Any]:
    """Return what the digest, issued on `day`, stores, with the ids of the bulletins `published` so far.

    A text is its team's by the name that it had then (`names`); under a name that no team had, whose words it has.
    """
    rows = [row for row in published if row.published_in <= digest.week]

    def bulletin(entry: Entry, row: sa.Row[Any]) -> Rank | None:
        if (row.published_in, row.week.strftime('%G-W%V')) != (digest.week, entry['week']):
            return None
        said = all(entry[part] == getattr(row, part) for part in ('priorities', 'ups_and_downs', 'help'))
        named = names[row.team_id] == entry['team']
        return (not named, 0 if said else 1) if named or said else None

    def call(entry: Entry, row: sa.Row[Any]) -> Rank | None:
        """Of calls in the same words it is the one of that age."""
        if row.call != entry['text']:
            return None
        return whose(entry, row, abs((day - _day(row.opened_at, zone)).days - entry['age_days']))

    def key_date(entry: Entry, row: sa.Row[Any]) -> Rank | None:
        if row.day is None or (row.day.isoformat(), row.key_date) != (entry['date'], entry['text']):
            return None
        return whose(entry, row, 0)

    def whose(entry: Entry, row: sa.Row[Any], distance: int) -> Rank | None:
        named = names[row.team_id] == entry['team']
        return (not named, distance) if named or entry['team'] not in names.values() else None

    content = digest.content
    return content | {
        'bulletins': _match(content['bulletins'], rows, bulletin),
        'help_requests': _match(content['help_requests'], rows, call),
        'key_dates': _match(content['key_dates'], rows, key_date),
    }


def _match(
    entries: list[Entry], rows: Sequence[sa.Row[Any]], rank: Callable[[Entry, sa.Row[Any]], Rank | None]
) -> list[Entry]:
    """Return the entries with the ids of their rows, each row once, the lowest rank first; no rank, never."""
    pairs = [(rank(entry, row), place, row.id) for place, entry in enumerate(entries) for row in rows]
    ids: dict[int, int] = {}
    for ranked, place, id_ in sorted(pair for pair in pairs if pair[0] is not None):
        if place not in ids and id_ not in ids.values():
            ids[place] = id_
    return [{'bulletin_id': ids.get(place), **entry} for place, entry in enumerate(entries)]


def _published(connection: sa.Connection, promotion: int) -> Sequence[sa.Row[Any]]:
    """Return the bulletins that digests of the promotion have, each with its call and its key date."""
    query = (
        sa.select(
            bulletins,
            calls.c.text.label('call'),
            calls.c.opened_at,
            key_dates.c.day,
            key_dates.c.text.label('key_date'),
        )
        .join(teams, teams.c.id == bulletins.c.team_id)
        .outerjoin(calls, calls.c.bulletin_id == bulletins.c.id)
        .outerjoin(key_dates, key_dates.c.bulletin_id == bulletins.c.id)
        .where(teams.c.promotion_id == promotion, bulletins.c.published_in.is_not(None))
    )
    return connection.execute(query).all()


def _names_on(connection: sa.Connection, promotion: int, day: date) -> dict[int, str]:
    """Return what each team was called on `day`, by its id."""
    own = teams.c.promotion_id == promotion
    former = sa.select(former_names.c.team_id, former_names.c.name).join(teams, teams.c.id == former_names.c.team_id)
    former = former.where(own, former_names.c.until >= day).order_by(former_names.c.until.desc())
    names = dict(connection.execute(sa.select(teams.c.id, teams.c.name).where(own)).all())
    return names | dict(connection.execute(former).all())  # the earliest of them comes last, and stays


def _digests(connection: sa.Connection, promotion: int) -> Sequence[sa.Row[Any]]:
    return connection.execute(sa.select(digests).where(digests.c.promotion_id == promotion)).all()


def _store(connection: sa.Connection, digest: int, content: dict[str, Any]) -> None:
    connection.execute(sa.update(digests).where(digests.c.id == digest).values(content=content))


def _warn(content: dict[str, Any], digest: sa.Row[Any]) -> None:
    unknown = [
        entry['team']
        for part in ('bulletins', 'help_requests')
        for entry in content[part]
        if entry['bulletin_id'] is None
    ]
    if unknown:
        week, whose = digest.week.strftime('%G-W%V'), ', '.join(unknown)
        print(f'Digest {digest.id}, {week}: what it tells of {whose} stays as it is, whatever is corrected or withdrawn.')


def _day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day of a moment, which SQLite gives in UTC without saying so."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone).date()
