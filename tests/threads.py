"""Doing several things at the same moment, as several processes of a server do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

from app.database import db

T = TypeVar("T")


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
