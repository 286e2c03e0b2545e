"""a record counts once it is sent; the links to the records of a milestone can be ended

Every record that is there before came from a file, and counts.

Revision: 0016, after 0015, of 2026-11-29 01:10:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('challenge_records') as batch:
        batch.add_column(sa.Column('sent_at', sa.DateTime(timezone=True)))
    op.execute('UPDATE challenge_records SET sent_at = updated_at')
    with op.batch_alter_table('milestones') as batch:
        batch.add_column(sa.Column('link_epoch', sa.Integer(), nullable=True))
    op.execute('UPDATE milestones SET link_epoch = 1')
    with op.batch_alter_table('milestones') as batch:
        batch.alter_column('link_epoch', existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('milestones') as batch:
        batch.drop_column('link_epoch')
    op.execute('DELETE FROM challenge_records WHERE sent_at IS NULL')
    with op.batch_alter_table('challenge_records') as batch:
        batch.drop_column('sent_at')
