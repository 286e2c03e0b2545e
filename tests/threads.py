"""Doing several things at the same moment, as several processes of a server do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import TypeVar

from flask import Flask
from sqlalchemy import event

from app.database import db

T = TypeVar("T")
PATIENCE = 120  # seconds; for a busy machine
A_MOMENT = 0.3  # seconds: more than a statement takes that nobody holds up


def at_once(app: Flask, *tasks: Callable[[], T]) -> list[T | Exception]:
    """What each task gave or raised. Each has a thread, an application context and a database connection of its own."""
    db.session.rollback()  # the test's own transaction would keep the others out
    begin = Barrier(len(tasks))

    def run(task: Callable[[], T]) -> T | Exception:
        with app.app_context():
            begin.wait()
            try:
                return task()
            except Exception as error:
                return error

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def while_under_way(app: Flask, statement: str, first: Callable[[], object], second: Callable[[], T]) -> T | Exception:
    """What `second` gave, begun when `first` has made its `statement` and not committed yet; it may have to wait."""
    begun, done = Event(), Event()

    def let_the_other_begin(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        if text.startswith(statement) and not begun.is_set():
            begun.set()
            done.wait(A_MOMENT)

    def begin() -> T:
        assert begun.wait(PATIENCE), f"no {statement}"
        try:
            return second()
        finally:
            done.set()

    event.listen(db.engine, "after_cursor_execute", let_the_other_begin)
    failed, given = at_once(app, first, begin)
    event.remove(db.engine, "after_cursor_execute", let_the_other_begin)
    assert failed is None, failed
    return given
