"""the index of what members wrote: filled by the job process, or by `flask search rebuild`

Revision: 0026, after 0025, of 2026-11-29 04:30:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

SQLITE_INDEX = (
    """CREATE VIRTUAL TABLE search_words USING fts5(
        words, content='search_entries', content_rowid='id', detail='none', columnsize=0, prefix='2 3',
        tokenize="ascii tokenchars '_'"
    )""",
    """CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN
        INSERT INTO search_words(rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER search_entries_removed AFTER DELETE ON search_entries BEGIN
        INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words);
    END""",
    """CREATE TRIGGER search_entries_changed AFTER UPDATE ON search_entries WHEN old.words <> new.words BEGIN
        INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO search_words(rowid, words) VALUES (new.id, new.words);
    END""",
)


def upgrade() -> None:
    is_sqlite = op.get_context().dialect.name == 'sqlite'
    op.create_table(
        'search_entries',
        sa.Column('id', sa.Integer() if is_sqlite else sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('promotion_id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Integer(), nullable=True),
        sa.Column('week', sa.Date(), nullable=True),
        sa.Column('bulletin_id', sa.Integer(), nullable=True),
        sa.Column('key_date_id', sa.Integer(), nullable=True),
        sa.Column('introduction_id', sa.Integer(), nullable=True),
        sa.Column('words', sa.Text() if is_sqlite else postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(['bulletin_id'], ['bulletins.id'], name=op.f('fk_search_entries_bulletin_id_bulletins'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['introduction_id'], ['introductions.id'], name=op.f('fk_search_entries_introduction_id_introductions'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['key_date_id'], ['key_dates.id'], name=op.f('fk_search_entries_key_date_id_key_dates'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['promotion_id'], ['promotions.id'], name=op.f('fk_search_entries_promotion_id_promotions'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_search_entries_team_id_teams'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entries')),
    )
    op.create_index(op.f('ix_search_entries_bulletin_id'), 'search_entries', ['bulletin_id'])
    op.create_index(op.f('ix_search_entries_introduction_id'), 'search_entries', ['introduction_id'])
    op.create_index(op.f('ix_search_entries_key_date_id'), 'search_entries', ['key_date_id'])
    op.create_index('ix_search_entries_promotion_id_id', 'search_entries', ['promotion_id', 'id'])
    op.create_index('ix_search_entries_team_id_id', 'search_entries', ['team_id', 'id'])
    if is_sqlite:
        for statement in SQLITE_INDEX:
            op.execute(statement)
    else:
        op.create_index('ix_search_entries_words', 'search_entries', ['words'], postgresql_using='gin')
    op.create_table(
        'search_index_versions',
        sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint('version', name=op.f('pk_search_index_versions')),
    )


def downgrade() -> None:
    op.drop_table('search_index_versions')
    if op.get_context().dialect.name == 'sqlite':
        op.execute('DROP TABLE search_words')
    op.drop_table('search_entries')
