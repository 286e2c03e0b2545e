"""questionnaires, who was asked, urns

Revision: 0017, after 0016, of 2026-11-29 01:30:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'questionnaires',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('promotion_id', sa.Integer(), nullable=False),
        sa.Column('milestone_id', sa.Integer(), nullable=True),
        sa.Column('public', sa.String(length=20), nullable=False),
        sa.Column('content', sa.Text(), nullable=False),
        sa.Column('content_hash', sa.String(length=64), nullable=False),
        sa.Column('issued_on', sa.Date(), nullable=False),
        sa.Column('closes_on', sa.Date(), nullable=False),
        sa.Column('closed_on', sa.Date(), nullable=True),
        sa.Column('counted', sa.Integer(), nullable=False),
        sa.Column('counted_on', sa.Date(), nullable=False),
        sa.Column('erased_asked', sa.Integer(), nullable=False),
        sa.Column('erased_answered', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['promotion_id'], ['promotions.id'], name=op.f('fk_questionnaires_promotion_id_promotions'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['milestone_id'], ['milestones.id'], name=op.f('fk_questionnaires_milestone_id_milestones'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaires')),
    )
    op.create_index(op.f('ix_questionnaires_promotion_id'), 'questionnaires', ['promotion_id'])
    op.create_table(
        'participations',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('questionnaire_id', sa.Integer(), nullable=False),
        sa.Column('membership_id', sa.Integer(), nullable=False),
        sa.Column('answered', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaires.id'], name=op.f('fk_participations_questionnaire_id_questionnaires'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['membership_id'], ['memberships.id'], name=op.f('fk_participations_membership_id_memberships'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_participations')),
        sa.UniqueConstraint('questionnaire_id', 'membership_id', name=op.f('uq_participations_questionnaire_id_membership_id')),
    )
    op.create_index(op.f('ix_participations_membership_id'), 'participations', ['membership_id'])
    op.create_table(
        'urns',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('questionnaire_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=140), nullable=False),
        sa.Column('papers', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaires.id'], name=op.f('fk_urns_questionnaire_id_questionnaires'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_urns')),
        sa.UniqueConstraint('questionnaire_id', 'key', name=op.f('uq_urns_questionnaire_id_key')),
    )


def downgrade() -> None:
    for table in ('urns', 'participations', 'questionnaires'):
        op.drop_table(table)
