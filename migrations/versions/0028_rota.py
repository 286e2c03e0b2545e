"""whose turn it is to write, in a team

Revision: 0028, after 0027, of 2026-11-29 04:50:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'rotas',
        sa.Column('team_id', sa.Integer(), nullable=False),
        sa.Column('starts', sa.Date(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_rotas_team_id_teams'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('team_id', name=op.f('pk_rotas')),
    )
    op.create_table(
        'rota_places',
        sa.Column('team_id', sa.Integer(), nullable=False),
        sa.Column('membership_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['team_id'], ['rotas.team_id'], name=op.f('fk_rota_places_team_id_rotas'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['membership_id'],
            ['memberships.id'],
            name=op.f('fk_rota_places_membership_id_memberships'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('team_id', 'membership_id', name=op.f('pk_rota_places')),
    )
    op.create_index(op.f('ix_rota_places_membership_id'), 'rota_places', ['membership_id'])
    op.create_table(
        'rota_exchanges',
        sa.Column('team_id', sa.Integer(), nullable=False),
        sa.Column('week', sa.Date(), nullable=False),
        sa.Column('membership_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['team_id'], ['rotas.team_id'], name=op.f('fk_rota_exchanges_team_id_rotas'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['membership_id'],
            ['memberships.id'],
            name=op.f('fk_rota_exchanges_membership_id_memberships'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('team_id', 'week', name=op.f('pk_rota_exchanges')),
    )
    op.create_index(op.f('ix_rota_exchanges_membership_id'), 'rota_exchanges', ['membership_id'])


def downgrade() -> None:
    op.drop_table('rota_exchanges')
    op.drop_table('rota_places')
    op.drop_table('rotas')
