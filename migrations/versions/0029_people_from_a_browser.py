"""when somebody was invited; changes of address; the one-time link of the first run

Revision: 0029, after 0028, of 2026-11-29 04:40:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('memberships') as batch:
        batch.add_column(sa.Column('invited_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'address_changes',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('old_email', sa.String(length=254), nullable=False),
        sa.Column('new_email', sa.String(length=254), nullable=False),
        sa.Column('state', sa.String(length=20), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_by_id', sa.Integer(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_address_changes_asked_by_id_people'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_address_changes_person_id_people'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_address_changes')),
    )
    for column in ('asked_by_id', 'person_id'):
        op.create_index(op.f(f'ix_address_changes_{column}'), 'address_changes', [column])
    op.create_table(
        'setup_links',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('secret_hash', sa.String(length=64), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_setup_links')),
    )


def downgrade() -> None:
    op.drop_table('setup_links')
    op.drop_table('address_changes')
    with op.batch_alter_table('memberships') as batch:
        batch.drop_column('invited_at')
