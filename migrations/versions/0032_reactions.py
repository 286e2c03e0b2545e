"""reactions to bulletins

Revision: 0032, after 0031, of 2026-11-29 05:05:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'bulletin_reactions',
        sa.Column('bulletin_id', sa.Integer(), nullable=False),
        sa.Column('membership_id', sa.Integer(), nullable=False),
        sa.Column('reaction', sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ['bulletin_id'],
            ['bulletins.id'],
            name=op.f('fk_bulletin_reactions_bulletin_id_bulletins'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['membership_id'],
            ['memberships.id'],
            name=op.f('fk_bulletin_reactions_membership_id_memberships'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('bulletin_id', 'membership_id', name=op.f('pk_bulletin_reactions')),
    )
    op.create_index(op.f('ix_bulletin_reactions_membership_id'), 'bulletin_reactions', ['membership_id'])


def downgrade() -> None:
    op.drop_table('bulletin_reactions')
