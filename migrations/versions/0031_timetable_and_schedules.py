"""hours that a promotion had before; digests that the coordination holds back or puts off

Revision: 0031, after 0030, of 2026-11-29 04:20:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('promotions') as batch:
        batch.add_column(sa.Column('former_hours', sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table('promotions') as batch:
        batch.alter_column('former_hours', existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    op.create_table(
        'digest_schedules',
        sa.Column('promotion_id', sa.Integer(), nullable=False),
        sa.Column('week', sa.Date(), nullable=False),
        sa.Column('held', sa.Boolean(), nullable=False),
        sa.Column('put_off_to', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_digest_schedules_person_id_people'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['promotion_id'], ['promotions.id'], name=op.f('fk_digest_schedules_promotion_id_promotions'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('promotion_id', 'week', name=op.f('pk_digest_schedules')),
    )
    op.create_index(op.f('ix_digest_schedules_person_id'), 'digest_schedules', ['person_id'])


def downgrade() -> None:
    op.drop_table('digest_schedules')
    with op.batch_alter_table('promotions') as batch:
        batch.drop_column('former_hours')
