"""a promotion knows when it was made

No week that closed before issues itself. A promotion that was there before is taken to be as old as its first day, so
that nothing changes for it.

Revision: 0008, after 0007, of 2026-11-28 22:15:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

MIDNIGHT = {  # of the first day, in UTC
    'sqlite': "starts_on || ' 00:00:00.000000'",
    'postgresql': "starts_on::timestamp AT TIME ZONE 'UTC'",
}


def upgrade() -> None:
    with op.batch_alter_table('promotions') as batch:
        batch.add_column(sa.Column('created_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(f'UPDATE promotions SET created_at = {MIDNIGHT[op.get_context().dialect.name]}')
    with op.batch_alter_table('promotions') as batch:
        batch.alter_column('created_at', existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('promotions') as batch:
        batch.drop_column('created_at')
