"""a part of a country

`promotions.country` holds ISO 3166-2 codes too, such as FR-57.

Revision: 0004, after 0003, of 2026-11-28 22:10:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    resize(before=2, after=6)


def downgrade() -> None:
    op.execute("UPDATE promotions SET country = substr(country, 1, 2) WHERE length(country) > 2")
    resize(before=6, after=2)


def resize(before: int, after: int) -> None:
    with op.batch_alter_table('promotions') as table:
        table.alter_column('country', existing_type=sa.String(length=before), type_=sa.String(length=after))
