"""As of which day figures were first shown; what erased members had read, as counts.

Revision: 0007, after 0006, of 2026-11-28 22:10:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

SHOWN = """
UPDATE stored_months SET settled_on = until
WHERE frozen_at IS NULL AND EXISTS (
  SELECT 1 FROM digests d
  WHERE d.promotion_id = stored_months.promotion_id AND d.month = stored_months.month
    AND NOT d.empty AND date(d.issued_at) <= stored_months.until
)
"""


def upgrade() -> None:
    for table in ('stored_months', 'stored_periods'):
        op.add_column(table, sa.Column('settled_on', sa.Date(), nullable=True))
    op.execute(SHOWN)
    op.execute('UPDATE stored_periods SET settled_on = until')
    op.create_table(
        'erased_reading',
        sa.Column('promotion_id', sa.Integer(), nullable=False),
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('group', sa.String(length=6), nullable=False),
        sa.Column('whole', sa.Boolean(), nullable=False),
        sa.Column('read', sa.JSON(), nullable=False),
        sa.Column('measurable', sa.Integer(), nullable=False),
        sa.Column('answers', sa.JSON(), nullable=False),
        sa.Column('always', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['promotion_id'], ['promotions.id'], name=op.f('fk_erased_reading_promotion_id_promotions'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('promotion_id', 'month', 'group', 'whole', name=op.f('pk_erased_reading')),
    )


def downgrade() -> None:
    op.drop_table('erased_reading')
    for table in ('stored_months', 'stored_periods'):
        with op.batch_alter_table(table) as batch:
            batch.drop_column('settled_on')
