"""letters that quote a call for help, and tests of digests, are forgotten once they have left: those of before, too

Revision: 0035, after 0034, of 2026-11-29 09:30:00+00:00
"""

from __future__ import annotations

from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for begins in ('friday-note:', 'open-calls:', 'call-unanswered:', 'digest-trial:'):
        op.execute(f"UPDATE mailings SET private = true WHERE substr(reference, 1, {len(begins)}) = '{begins}'")


def downgrade() -> None:
    pass  # the letters leave as they would have
