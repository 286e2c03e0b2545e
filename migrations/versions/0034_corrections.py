"""texts that are corrected or withdrawn once they are published

Revision: 0034, after 0033, of 2026-11-29 08:00:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ('bulletins', 'introductions'):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column('notice', sa.Text(), nullable=False, server_default=''))
            batch.add_column(sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))
        with op.batch_alter_table(table) as batch:
            batch.alter_column('notice', existing_type=sa.Text(), existing_nullable=False, server_default=None)
    with op.batch_alter_table('digests') as batch:
        batch.add_column(sa.Column('revision', sa.Integer(), nullable=False, server_default='0'))
        batch.add_column(sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('digests') as batch:
        batch.alter_column('revision', existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    with op.batch_alter_table('digest_notes') as batch:
        batch.add_column(sa.Column('of_change', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('digest_notes') as batch:
        batch.alter_column('of_change', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    with op.batch_alter_table('mailings') as batch:
        batch.add_column(sa.Column('revision', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('mailings') as batch:
        batch.alter_column('revision', existing_type=sa.Integer(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('mailings') as batch:
        batch.drop_column('revision')
    with op.batch_alter_table('digest_notes') as batch:
        batch.drop_column('of_change')
    with op.batch_alter_table('digests') as batch:
        batch.drop_column('changed_at')
        batch.drop_column('revision')
    for table in ('bulletins', 'introductions'):
        with op.batch_alter_table(table) as batch:
            batch.drop_column('withdrawn_at')
            batch.drop_column('notice')
