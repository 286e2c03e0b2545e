"""the plan to last; a key date may come from one of its actions

Revision: 0015, after 0014, of 2026-11-29 01:10:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('key_dates') as batch:
        batch.alter_column('bulletin_id', existing_type=sa.Integer(), nullable=True)
    op.create_table(
        'plans',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('team_id', sa.Integer(), nullable=False),
        sa.Column('vision', sa.Text(), nullable=False),
        sa.Column('vision_revision', sa.Integer(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_plans_team_id_teams'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plans')),
        sa.UniqueConstraint('team_id', name=op.f('uq_plans_team_id')),
    )
    _create_lines('plan_allies', 'plans', _text('kind', 20), sa.Column('text', sa.Text(), nullable=False))
    _create_lines('plan_scenarios', 'plans', _text('kind', 20), sa.Column('text', sa.Text(), nullable=False))
    _create_lines('plan_handovers', 'plans', _text('kind', 20), sa.Column('url', sa.Text(), nullable=False))
    _create_lines(
        'plan_needs',
        'plan_scenarios',
        _text('theme', 20),
        _text('nature', 20),
        _text('axis', 20, nullable=True),
        sa.Column('text', sa.Text(), nullable=False),
    )
    _create_lines(
        'plan_actions',
        'plan_scenarios',
        _text('by', 20),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('owner', sa.Text(), nullable=False),
        sa.Column('due_on', sa.Date()),
        sa.Column('done_on', sa.Date()),
        sa.Column('key_date_id', sa.Integer()),
        sa.ForeignKeyConstraint(['key_date_id'], ['key_dates.id'], name=op.f('fk_plan_actions_key_date_id_key_dates'), ondelete='SET NULL'),
        sa.UniqueConstraint('key_date_id', name=op.f('uq_plan_actions_key_date_id')),
    )


def downgrade() -> None:
    for table in ('plan_actions', 'plan_needs', 'plan_handovers', 'plan_scenarios', 'plan_allies', 'plans'):
        op.drop_table(table)
    op.execute('DELETE FROM key_dates WHERE bulletin_id IS NULL')
    with op.batch_alter_table('key_dates') as batch:
        batch.alter_column('bulletin_id', existing_type=sa.Integer(), nullable=False)


def _text(name: str, length: int, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _create_lines(table: str, parent: str, *parts: sa.schema.SchemaItem) -> None:
    """Create a table of the lines of a plan, or of one of its scenarios."""
    key = {'plans': 'plan_id', 'plan_scenarios': 'scenario_id'}[parent]
    op.create_table(
        table,
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column(key, sa.Integer(), nullable=False),
        *parts,
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint([key], [f'{parent}.id'], name=op.f(f'fk_{table}_{key}_{parent}'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
    )
    op.create_index(op.f(f'ix_{table}_{key}'), table, [key])
