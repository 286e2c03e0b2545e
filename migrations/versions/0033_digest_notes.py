"""what the coordination corrects of a digest after it was issued

Revision: 0033, after 0032, of 2026-11-29 05:30:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'digest_notes',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('digest_id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Integer(), nullable=True),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_digest_notes_author_id_people'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['digest_id'], ['digests.id'], name=op.f('fk_digest_notes_digest_id_digests'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_digest_notes_team_id_teams'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_notes')),
    )
    op.create_index(op.f('ix_digest_notes_digest_id'), 'digest_notes', ['digest_id'])
    op.create_index(op.f('ix_digest_notes_author_id'), 'digest_notes', ['author_id'])


def downgrade() -> None:
    op.drop_table('digest_notes')
