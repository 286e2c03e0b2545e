"""columns in the words of the field

Names only: every row keeps its values.

Revision: 0003, after 0002, of 2026-11-28 20:40:00+00:00
"""

from __future__ import annotations

from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

TABLES = {'confidential_words': 'confidential_messages', 'mailing_acts': 'admin_actions', 'stored_spans': 'stored_periods'}
COLUMNS = [  # table, as it is called afterwards; before; after
    ('admin_actions', 'what', 'action'),
    ('bulletins', 'told_in', 'published_in'),
    ('consents', 'said', 'choice'),
    ('letter_events', 'what', 'type'),
    ('letters', 'to_address', 'to_email'),
    ('memberships', 'digest_left_at', 'digest_unsubscribed_at'),
    ('memberships', 'reminders_left_at', 'reminders_unsubscribed_at'),
    ('pauses', 'first', 'first_week'),
    ('pauses', 'last', 'last_week'),
]
UNIQUE = [('bounces', 'digest', 'fingerprint'), ('suppressed_addresses', 'address', 'email')]
INDEXES = [  # table, as it is called afterwards; its indexes' columns
    ('admin_actions', ['reference']),
    ('bulletins', ['team_id', 'published_in']),
    ('confidential_messages', ['handled_by_id']),
    ('confidential_messages', ['membership_id']),
]


def upgrade() -> None:
    for table, columns in INDEXES:
        table, columns = before(table, columns)
        op.drop_index(index_name(table, columns), table_name=table)
    for old, new in TABLES.items():
        op.rename_table(old, new)
    for table, old, new in COLUMNS:
        rename_column(table, old, new)
    for table, old, new in UNIQUE:
        rename_unique_column(table, old, new)
    for table, columns in INDEXES:
        op.create_index(index_name(table, columns), table, columns)


def downgrade() -> None:
    for table, columns in INDEXES:
        op.drop_index(index_name(table, columns), table_name=table)
    for table, old, new in UNIQUE:
        rename_unique_column(table, new, old)
    for table, old, new in COLUMNS:
        rename_column(table, new, old)
    for old, new in TABLES.items():
        op.rename_table(new, old)
    for table, columns in INDEXES:
        table, columns = before(table, columns)
        op.create_index(index_name(table, columns), table, columns)


def before(table: str, columns: list[str]) -> tuple[str, list[str]]:
    """The names of a table and of its columns before this migration."""
    old = {new: old for of, old, new in COLUMNS if of == table}
    return {new: old for old, new in TABLES.items()}.get(table, table), [old.get(column, column) for column in columns]


def index_name(table: str, columns: list[str]) -> str:
    return '_'.join(['ix', table, *columns])


def rename_column(table: str, old: str, new: str) -> None:
    """As both databases know it; SQLite's way through a copy of the table would lose partial indexes."""
    op.execute(f'ALTER TABLE {table} RENAME COLUMN {old} TO {new}')


def rename_unique_column(table: str, old: str, new: str) -> None:
    rename_column(table, old, new)
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f'uq_{table}_{old}'), type_='unique')
        batch.create_unique_constraint(op.f(f'uq_{table}_{new}'), [new])
