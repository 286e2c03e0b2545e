"""asking for a sign-in link, and counts of attempts

The site notes every address that a link is asked for; the job process looks up whose it is. Attempts are counted here,
so that limits hold over all web workers.

Revision: 0009, after 0008, of 2026-11-28 22:05:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'sign_in_requests',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_requests')),
    )
    op.create_table(
        'attempt_counts',
        sa.Column('key', sa.String(length=255), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_attempt_counts')),
    )
    op.create_index(op.f('ix_attempt_counts_expires_at'), 'attempt_counts', ['expires_at'])


def downgrade() -> None:
    op.drop_table('attempt_counts')
    op.drop_table('sign_in_requests')
