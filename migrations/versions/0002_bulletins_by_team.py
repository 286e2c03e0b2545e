"""bulletins and key dates are found by their team

What a week's digest tells was looked for among the bulletins of every promotion that shares the week.

Revision: 0002, after 0001, of 2026-11-28 18:30:00+00:00
"""

from __future__ import annotations

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_bulletins_team_id_told_in', 'bulletins', ['team_id', 'told_in'])
    op.drop_index('ix_bulletins_told_in', table_name='bulletins')
    op.drop_index('ix_bulletins_week', table_name='bulletins')
    op.create_index('ix_key_dates_team_id_day', 'key_dates', ['team_id', 'day'])
    op.drop_index('ix_key_dates_team_id', table_name='key_dates')
    op.drop_index('ix_key_dates_day', table_name='key_dates')


def downgrade() -> None:
    op.create_index('ix_key_dates_day', 'key_dates', ['day'])
    op.create_index('ix_key_dates_team_id', 'key_dates', ['team_id'])
    op.drop_index('ix_key_dates_team_id_day', table_name='key_dates')
    op.create_index('ix_bulletins_week', 'bulletins', ['week'])
    op.create_index('ix_bulletins_told_in', 'bulletins', ['told_in'])
    op.drop_index('ix_bulletins_team_id_told_in', table_name='bulletins')
