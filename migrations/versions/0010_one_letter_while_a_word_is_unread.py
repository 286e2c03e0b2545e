"""one letter while a confidential word is unread

Revision: 0010, after 0009, of 2026-11-28 22:40:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'coordination_notices',
        sa.Column('promotion_id', sa.Integer(), nullable=False),
        sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['promotion_id'],
            ['promotions.id'],
            name=op.f('fk_coordination_notices_promotion_id_promotions'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('promotion_id', name=op.f('pk_coordination_notices')),
    )


def downgrade() -> None:
    op.drop_table('coordination_notices')
