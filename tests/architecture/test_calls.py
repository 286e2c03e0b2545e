"""What may be called where: the clock is read in one place, services commit, nothing prints."""

from __future__ import annotations

import re

import pytest

from tests.architecture.house import COMMIT
from tests.architecture.source import Module, our_modules

MODULES = our_modules().values()

READS_THE_CLOCK = re.compile(
    r"(datetime\.)?(datetime|date)\.(now|today|utcnow)|time\.(time|time_ns|localtime|gmtime)"
    r"|(email\.utils\.)?(make_msgid|formatdate)|func\.(now|current_timestamp)"
)
COMMITS = re.compile(r"(.*\.)?commit|.*\b(session|connection|engine)\.begin")


def calls(module: Module, pattern: re.Pattern[str]) -> list[str]:
    return [call for call in module.calls() if pattern.fullmatch(call)]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_only_the_clock_reads_the_clock(module: Module) -> None:
    if module.name != "app.clock":
        assert calls(module, READS_THE_CLOCK) == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_only_use_cases_commit(module: Module) -> None:
    if module.name not in COMMIT:
        assert calls(module, COMMITS) == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_nothing_prints(module: Module) -> None:
    assert calls(module, re.compile(r"print|sys\.std(out|err)\.write")) == []


@pytest.mark.parametrize("call", ["datetime.now", "datetime.datetime.utcnow", "date.today", "time.time", "func.now"])
def test_a_reading_of_the_clock_is_recognised(call: str) -> None:
    assert READS_THE_CLOCK.fullmatch(call)


@pytest.mark.parametrize("call", ["db.session.commit", "self.session.commit", "engine.begin", "db.engine.begin"])
def test_a_commit_is_recognised(call: str) -> None:
    assert COMMITS.fullmatch(call)
