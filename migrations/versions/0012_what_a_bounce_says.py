"""what a bounce says of its address, and what the brake keeps back

Revision: 0012, after 0011, of 2026-11-28 22:10:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

VERDICT = sa.String(20)
WAITS = sa.text('held_at IS NOT NULL AND decided_at IS NULL')


def upgrade() -> None:
    with op.batch_alter_table('bounces') as table:
        table.add_column(sa.Column('verdict', VERDICT, nullable=True))
        table.add_column(sa.Column('held_at', sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column('told_at', sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE bounces SET verdict = CASE WHEN permanent THEN 'gone' ELSE 'innocent' END")
    with op.batch_alter_table('bounces') as table:
        table.alter_column('verdict', existing_type=VERDICT, nullable=False)
    op.create_index('ix_bounces_held', 'bounces', ['id'], sqlite_where=WAITS, postgresql_where=WAITS)


def downgrade() -> None:
    op.drop_index('ix_bounces_held', table_name='bounces')
    with op.batch_alter_table('bounces') as table:
        for column in ('told_at', 'decided_at', 'held_at', 'verdict'):
            table.drop_column(column)
