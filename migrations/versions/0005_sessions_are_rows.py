"""sessions are rows; the links of letters can be ended

Who is signed in signs in once more: until now a session was nothing but its cookie. Links of letters sent before go on
working: they are of the first epoch.

Revision: 0005, after 0004, of 2026-11-28 22:00:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'user_sessions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('secret_hash', sa.String(length=64), nullable=False),
        sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['person_id'], ['people.id'], name=op.f('fk_user_sessions_person_id_people'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_user_sessions')),
        sa.UniqueConstraint('secret_hash', name=op.f('uq_user_sessions_secret_hash')),
    )
    op.create_index(op.f('ix_user_sessions_person_id'), 'user_sessions', ['person_id'])
    op.execute('ALTER TABLE people RENAME COLUMN sessions TO link_epoch')
    op.execute('UPDATE people SET link_epoch = 1')  # it counted how often all sessions were ended


def downgrade() -> None:
    op.execute('ALTER TABLE people RENAME COLUMN link_epoch TO sessions')
    op.drop_index(op.f('ix_user_sessions_person_id'), table_name='user_sessions')
    op.drop_table('user_sessions')
