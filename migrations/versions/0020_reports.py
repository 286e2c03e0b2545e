"""reports: what the coordination prepares, what it has published

Revision: 0020, after 0019, of 2026-11-29 01:30:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'report_drafts',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('milestone_id', sa.Integer(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_report_drafts_author_id_people'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['milestone_id'], ['milestones.id'], name=op.f('fk_report_drafts_milestone_id_milestones'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_report_drafts')),
        sa.UniqueConstraint('milestone_id', name=op.f('uq_report_drafts_milestone_id')),
    )
    op.create_index(op.f('ix_report_drafts_author_id'), 'report_drafts', ['author_id'])
    op.create_table(
        'published_reports',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('milestone_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('audience', sa.String(length=20), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_published_reports_author_id_people'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['milestone_id'], ['milestones.id'], name=op.f('fk_published_reports_milestone_id_milestones'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_published_reports')),
        sa.UniqueConstraint('milestone_id', 'version', name=op.f('uq_published_reports_milestone_id_version')),
    )
    op.create_index(op.f('ix_published_reports_author_id'), 'published_reports', ['author_id'])
    op.create_table(
        'report_files',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('report_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('data', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['report_id'], ['published_reports.id'], name=op.f('fk_report_files_report_id_published_reports'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_report_files')),
        sa.UniqueConstraint('report_id', 'name', name=op.f('uq_report_files_report_id_name')),
    )


def downgrade() -> None:
    op.drop_table('report_files')
    op.drop_table('published_reports')
    op.drop_table('report_drafts')
