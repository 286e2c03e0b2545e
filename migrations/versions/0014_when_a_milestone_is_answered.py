"""when a milestone may be answered

Revision: 0014, after 0013, of 2026-11-29 01:00:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('milestones') as batch:
        batch.add_column(sa.Column('opens_on', sa.Date()))
        batch.add_column(sa.Column('closes_on', sa.Date()))


def downgrade() -> None:
    with op.batch_alter_table('milestones') as batch:
        batch.drop_column('closes_on')
        batch.drop_column('opens_on')
