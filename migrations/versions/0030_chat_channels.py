"""chat channels of promotions and teams, and what each was told

Revision: 0030, after 0029, of 2026-11-29 04:55:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'channels',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('promotion_id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Integer(), nullable=True),
        sa.Column('url', sa.Text(), nullable=False),
        sa.Column('service', sa.String(length=40), nullable=False),
        sa.Column('host', sa.String(length=255), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['promotion_id'], ['promotions.id'], name=op.f('fk_channels_promotion_id_promotions'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_channels_team_id_teams'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_channels')),
        sa.UniqueConstraint('promotion_id', 'team_id', name=op.f('uq_channels_promotion_id_team_id')),
    )
    op.create_index(op.f('ix_channels_team_id'), 'channels', ['team_id'])
    of_promotion = sa.text('team_id IS NULL')
    op.create_index('uq_channels_promotion_id', 'channels', ['promotion_id'], unique=True, sqlite_where=of_promotion, postgresql_where=of_promotion)
    op.create_table(
        'channel_messages',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('channel_id', sa.Integer(), nullable=False),
        sa.Column('moment', sa.String(length=40), nullable=False),
        sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_channel_messages_channel_id_channels'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_channel_messages')),
        sa.UniqueConstraint('channel_id', 'moment', name=op.f('uq_channel_messages_channel_id_moment')),
    )


def downgrade() -> None:
    op.drop_table('channel_messages')
    op.drop_table('channels')
