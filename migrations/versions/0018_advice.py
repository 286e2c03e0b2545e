"""advice

Revision: 0018, after 0017, of 2026-11-29 01:10:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'advice',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('promotion_id', sa.Integer(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('url', sa.Text(), nullable=False),
        sa.Column('occasion', sa.String(length=20), nullable=False),
        sa.Column('week', sa.Integer(), nullable=True),
        sa.Column('proposal', sa.String(length=40), nullable=True),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('set_aside', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['promotion_id'], ['promotions.id'], name=op.f('fk_advice_promotion_id_promotions'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_advice')),
        sa.UniqueConstraint('promotion_id', 'proposal', name=op.f('uq_advice_promotion_id_proposal')),
    )
    op.create_table(
        'advice_set_aside',
        sa.Column('advice_id', sa.Integer(), nullable=False),
        sa.Column('membership_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['advice_id'], ['advice.id'], name=op.f('fk_advice_set_aside_advice_id_advice'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['membership_id'],
            ['memberships.id'],
            name=op.f('fk_advice_set_aside_membership_id_memberships'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('advice_id', 'membership_id', name=op.f('pk_advice_set_aside')),
    )
    op.create_index(op.f('ix_advice_set_aside_membership_id'), 'advice_set_aside', ['membership_id'])


def downgrade() -> None:
    op.drop_table('advice_set_aside')
    op.drop_table('advice')
