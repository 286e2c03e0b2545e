"""who was asked for a record at a milestone, and what its team was called

Revision: 0019, after 0018, of 2026-11-29 01:30:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'former_team_names',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_former_team_names_team_id_teams'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_former_team_names')),
    )
    op.create_index(op.f('ix_former_team_names_team_id'), 'former_team_names', ['team_id'])
    op.create_table(
        'milestone_mailings',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('milestone_id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.SmallInteger(), nullable=False),
        sa.Column('letters', sa.Integer(), nullable=False),
        sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['milestone_id'], ['milestones.id'], name=op.f('fk_milestone_mailings_milestone_id_milestones'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_milestone_mailings_team_id_teams'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone_mailings')),
        sa.UniqueConstraint('milestone_id', 'team_id', 'number', name=op.f('uq_milestone_mailings_milestone_id_team_id_number')),
    )
    op.create_index(op.f('ix_milestone_mailings_team_id'), 'milestone_mailings', ['team_id'])


def downgrade() -> None:
    op.drop_table('milestone_mailings')
    op.drop_table('former_team_names')
