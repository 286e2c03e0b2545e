"""links that share a team's story

Revision: 0027, after 0026, of 2026-11-29 04:50:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'share_links',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('secret_hash', sa.String(length=64), nullable=False),
        sa.Column('made_by_id', sa.Integer(), nullable=True),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_share_links_team_id_teams'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_share_links_made_by_id_people'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_share_links')),
        sa.UniqueConstraint('secret_hash', name=op.f('uq_share_links_secret_hash')),
    )
    op.create_index(op.f('ix_share_links_team_id'), 'share_links', ['team_id'])
    op.create_index(op.f('ix_share_links_made_by_id'), 'share_links', ['made_by_id'])


def downgrade() -> None:
    op.drop_table('share_links')
