"""thanks for help, how a call was resolved, when its team was reminded of it

Revision: 0022, after 0021, of 2026-11-29 04:40:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('help_requests') as batch_op:
        batch_op.add_column(sa.Column('resolution', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('help_requests') as batch_op:
        batch_op.alter_column('resolution', server_default=None)
    op.create_table(
        'help_thanks',
        sa.Column('offer_id', sa.Integer(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('shown', sa.Boolean(), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.Column('thanked_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['author_id'], ['people.id'], name=op.f('fk_help_thanks_author_id_people'), ondelete='SET NULL'
        ),
        sa.ForeignKeyConstraint(
            ['offer_id'], ['help_offers.id'], name=op.f('fk_help_thanks_offer_id_help_offers'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('offer_id', name=op.f('pk_help_thanks')),
    )
    op.create_index(op.f('ix_help_thanks_author_id'), 'help_thanks', ['author_id'])


def downgrade() -> None:
    op.drop_table('help_thanks')
    with op.batch_alter_table('help_requests') as batch_op:
        batch_op.drop_column('reminded_at')
        batch_op.drop_column('resolution')
