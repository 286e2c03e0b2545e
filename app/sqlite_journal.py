"""SQLite's journal (`…-wal`): folded into the database's file, so that the file is whole when nothing runs.

See `docs/operations.md`: what is copied then is a backup.
"""

from __future__ import annotations

import atexit
import signal
import sqlite3
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread, main_thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError


def fold_journal(engine: Engine) -> None:
    """Write SQLite's journal into its file, which is then whole by itself; not while somebody reads or writes."""
    if engine.dialect.name != "sqlite" or not Path(f"{engine.url.database}-wal").exists():
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def fold_journal_at_exit(engine: Engine) -> None:
    """Fold the journal and close the connections when this process ends: a command, the jobs, a worker of the site."""
    _at_exit(partial(_close, weakref.ref(engine)))


def _at_exit(function: Callable[[], None]) -> None:
    """Call `function` when the process ends by itself, or is asked to end and does."""
    if parent_process() is None:
        atexit.register(function)
        return
    # A process of `multiprocessing`, as those of granian are, runs nothing that is registered with atexit, but waits
    # for its threads. This one takes no signal: they are for the main thread.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    Thread(target=_call_after_main_thread, args=[function]).start()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _call_after_main_thread(function: Callable[[], None]) -> None:
    main_thread().join()
    function()


def _close(reference: weakref.ref[Engine]) -> None:
    engine = reference()
    if engine is not None:
        with suppress(SQLAlchemyError, sqlite3.Error):  # locked or full: the next process does it
            fold_journal(engine)
        engine.dispose()
