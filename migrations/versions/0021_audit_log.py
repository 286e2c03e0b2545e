"""the audit log of the coordination

Revision: 0021, after 0020, of 2026-11-29 04:15:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'audit_entries',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('action', sa.String(length=40), nullable=False),
        sa.Column('promotion_id', sa.Integer(), nullable=True),
        sa.Column('actor_id', sa.Integer(), nullable=True),
        sa.Column('by_person', sa.Boolean(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('about_person', sa.Boolean(), nullable=False),
        sa.Column('subject', sa.String(length=200), nullable=False),
        sa.Column('detail', sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(['actor_id'], ['people.id'], name=op.f('fk_audit_entries_actor_id_people'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_audit_entries_person_id_people'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['promotion_id'], ['promotions.id'], name=op.f('fk_audit_entries_promotion_id_promotions'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries')),
    )
    for column in ('actor_id', 'at', 'person_id', 'promotion_id'):
        op.create_index(op.f(f'ix_audit_entries_{column}'), 'audit_entries', [column])


def downgrade() -> None:
    op.drop_table('audit_entries')
