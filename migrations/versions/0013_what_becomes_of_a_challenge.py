"""what becomes of a challenge: milestones, records, what they leave out

Revision: 0013, after 0012, of 2026-11-28 23:40:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'milestones',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('promotion_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=12), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['promotion_id'], ['promotions.id'], name=op.f('fk_milestones_promotion_id_promotions'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_milestones')),
        sa.UniqueConstraint('promotion_id', 'key', name=op.f('uq_milestones_promotion_id_key')),
    )
    op.create_table(
        'challenge_records',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('milestone_id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Integer(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['milestone_id'], ['milestones.id'], name=op.f('fk_challenge_records_milestone_id_milestones'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_challenge_records_team_id_teams'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_challenge_records')),
        sa.UniqueConstraint('milestone_id', 'team_id', name=op.f('uq_challenge_records_milestone_id_team_id')),
    )
    op.create_index(op.f('ix_challenge_records_team_id'), 'challenge_records', ['team_id'])
    op.create_table(
        'record_revisions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('record_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['record_id'], ['challenge_records.id'], name=op.f('fk_record_revisions_record_id_challenge_records'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_record_revisions')),
        sa.UniqueConstraint('record_id', 'number', name=op.f('uq_record_revisions_record_id_number')),
    )
    op.create_table(
        'milestone_exclusions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('milestone_id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Integer(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['milestone_id'], ['milestones.id'], name=op.f('fk_milestone_exclusions_milestone_id_milestones'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_milestone_exclusions_team_id_teams'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone_exclusions')),
        sa.UniqueConstraint('milestone_id', 'team_id', name=op.f('uq_milestone_exclusions_milestone_id_team_id')),
    )
    op.create_index(op.f('ix_milestone_exclusions_team_id'), 'milestone_exclusions', ['team_id'])
    op.create_table(
        'milestone_heads',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('milestone_id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Integer(), nullable=False),
        sa.Column('heads', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['milestone_id'], ['milestones.id'], name=op.f('fk_milestone_heads_milestone_id_milestones'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_milestone_heads_team_id_teams'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone_heads')),
        sa.UniqueConstraint('milestone_id', 'team_id', name=op.f('uq_milestone_heads_milestone_id_team_id')),
    )
    op.create_index(op.f('ix_milestone_heads_team_id'), 'milestone_heads', ['team_id'])
    op.create_table(
        'published_surveys',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('milestone_id', sa.Integer(), nullable=False),
        sa.Column('public', sa.String(length=20), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['milestone_id'], ['milestones.id'], name=op.f('fk_published_surveys_milestone_id_milestones'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_published_surveys')),
        sa.UniqueConstraint('milestone_id', 'public', name=op.f('uq_published_surveys_milestone_id_public')),
    )


def downgrade() -> None:
    for table in ('published_surveys', 'milestone_heads', 'milestone_exclusions', 'record_revisions', 'challenge_records', 'milestones'):
        op.drop_table(table)
