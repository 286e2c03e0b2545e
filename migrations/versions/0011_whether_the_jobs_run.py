"""whether the jobs run, whether the database takes anything, whether it comes from a backup

Revision: 0011, after 0010, of 2026-11-28 22:00:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('job_ticks',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('ticked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_job_ticks'))
    )
    op.create_table('health_probes',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_health_probes'))
    )
    op.create_table('restorations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('backup_made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resumed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_restorations'))
    )


def downgrade() -> None:
    op.drop_table('restorations')
    op.drop_table('health_probes')
    op.drop_table('job_ticks')
