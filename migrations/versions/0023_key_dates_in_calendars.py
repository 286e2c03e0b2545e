"""what calendars know a key date by, what was removed; personal addresses of feeds

Revision: 0023, after 0022, of 2026-11-29 04:30:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

NEW_UID = {'sqlite': 'lower(hex(randomblob(16)))', 'postgresql': "replace(gen_random_uuid()::text, '-', '')"}


def upgrade() -> None:
    with op.batch_alter_table('key_dates') as batch:
        batch.add_column(sa.Column('uid', sa.String(length=36), nullable=True))
        batch.add_column(sa.Column('sequence', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))
    _fill_in()
    with op.batch_alter_table('key_dates') as batch:
        batch.alter_column('uid', existing_type=sa.String(length=36), nullable=False)
        batch.alter_column('sequence', existing_type=sa.Integer(), nullable=False)
        batch.alter_column('changed_at', existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.create_unique_constraint(op.f('uq_key_dates_uid'), ['uid'])
    op.create_table(
        'removed_key_dates',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('uid', sa.String(length=36), nullable=False),
        sa.Column('sequence', sa.Integer(), nullable=False),
        sa.Column('removed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('own_team_only', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_removed_key_dates_team_id_teams'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_removed_key_dates')),
        sa.UniqueConstraint('uid', name=op.f('uq_removed_key_dates_uid')),
    )
    op.create_index(op.f('ix_removed_key_dates_team_id'), 'removed_key_dates', ['team_id'])
    op.create_index(op.f('ix_removed_key_dates_removed_at'), 'removed_key_dates', ['removed_at'])
    op.create_table(
        'feed_addresses',
        sa.Column('membership_id', sa.Integer(), nullable=False),
        sa.Column('feed', sa.String(length=20), nullable=False),
        sa.Column('key', sa.String(length=22), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['membership_id'], ['memberships.id'], name=op.f('fk_feed_addresses_membership_id_memberships'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('membership_id', 'feed', name=op.f('pk_feed_addresses')),
    )


def downgrade() -> None:
    op.drop_table('feed_addresses')
    op.drop_table('removed_key_dates')
    with op.batch_alter_table('key_dates') as batch:
        batch.drop_constraint(op.f('uq_key_dates_uid'), type_='unique')
        batch.drop_column('changed_at')
        batch.drop_column('sequence')
        batch.drop_column('uid')


def _fill_in() -> None:
    """Give each key date a UID; it changed when its bulletin did, or just now where it is a plan's."""
    new_uid = NEW_UID[op.get_context().dialect.name]
    changed_at = 'coalesce((SELECT updated_at FROM bulletins WHERE bulletins.id = bulletin_id), CURRENT_TIMESTAMP)'
    op.execute(f'UPDATE key_dates SET sequence = 0, uid = {new_uid}, changed_at = {changed_at}')
