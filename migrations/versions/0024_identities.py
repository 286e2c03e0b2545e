"""identities at an identity provider, the sessions that began there, the level of each session

Revision: 0024, after 0023, of 2026-11-29 04:35:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'identities',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('issuer', sa.String(length=400), nullable=False),
        sa.Column('subject', sa.String(length=255), nullable=False),
        sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_identities_person_id_people'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_identities')),
        sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_identities_issuer_subject')),
    )
    op.create_index(op.f('ix_identities_person_id'), 'identities', ['person_id'])
    op.create_table(
        'provider_sessions',
        sa.Column('session_id', sa.Integer(), nullable=False),
        sa.Column('identity_id', sa.Integer(), nullable=False),
        sa.Column('id_token', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['identity_id'], ['identities.id'], name=op.f('fk_provider_sessions_identity_id_identities'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['session_id'], ['user_sessions.id'], name=op.f('fk_provider_sessions_session_id_user_sessions'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('session_id', name=op.f('pk_provider_sessions')),
    )
    op.create_index(op.f('ix_provider_sessions_identity_id'), 'provider_sessions', ['identity_id'])
    with op.batch_alter_table('user_sessions') as batch:
        batch.add_column(sa.Column('level', sa.String(length=255), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('user_sessions') as batch:
        batch.drop_column('level')
    op.drop_table('provider_sessions')
    op.drop_table('identities')
