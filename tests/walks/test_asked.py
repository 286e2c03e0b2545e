"""Hostile values in queries, on the command line and as files: no page breaks, and no command ends in a traceback."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from tests.fixtures.site import as_member
from tests.readership.outputs import COMMANDS
from tests.walks.full_promotion import P, Visitors
from tests.walks.hostile import HOSTILE, REFUSED, TAKEN, pick, quoted, unsafe
from tests.walks.routes import TABLE, address_of

pytestmark = [pytest.mark.long, pytest.mark.both_databases]

QUERY = re.compile(r'(?:args|values)(?:\.get)?[(\[]"(\w+)"')
IN_A_QUERY = (
    *("year 9999", "year 1", "month of year 9999", "month of year 1", "beyond 64 bits", "long number", "below"),
    *("other digits", "nul", "surrogate", "unseen", "markup", "no host", "last week of all", "no week"),
)


def test_whatever_a_query_asks_for_no_page_breaks(app: Flask, full: Visitors, database: str) -> None:
    asked = {name for file in Path(app.root_path).rglob("*.py") for name in QUERY.findall(file.read_text("utf-8"))}
    assert {"before", "from", "month", "key", "reader", "q"} <= asked
    member = full["eig who coordinates"]
    assert member
    client, problems = as_member(app.test_client(), member), []
    for place, route in enumerate(route for route in TABLE if route.startswith("GET") and "health" not in route):
        address = address_of(route.removeprefix("GET "))
        name = pick(IN_A_QUERY, place + ("postgresql" in database))
        query = "&".join(f"{each}={quoted(HOSTILE[name])}" for each in sorted(asked))
        answer = client.get(f"{address}?{query}", buffered=True)
        if answer.status_code not in TAKEN | REFUSED:
            problems.append((route, name, f"is answered {answer.status_code}"))
        problems += [(route, name, fault) for fault in unsafe(answer)]
    assert problems == []
    assert client.get("/me").status_code == 200, "signed in to the end"


IN_A_COMMAND = (
    *("year 9999", "year 1", "month of year 9999", "month of year 1", "beyond 64 bits", "long number", "below"),
    *("other digits", "unseen", "of nothing", "no host", "last week of all", "no week", "nothing"),
)


def test_whatever_a_command_is_given_it_says_what_is_wrong(app: Flask, full: object) -> None:
    lines = [(name.split(), options.split()) for name, several in COMMANDS.items() for options in several]
    broken, number = [], 0
    for command, options in lines:
        for place in [place for place, word in enumerate(options) if not word.startswith("-")]:
            number += 1
            for name in ("no text", pick(IN_A_COMMAND, number)):
                arguments = [*command, *options[:place], HOSTILE[name], *options[place + 1 :]]
                result = app.test_cli_runner().invoke(args=arguments)
                if result.exception and not isinstance(result.exception, SystemExit):
                    broken.append((arguments, repr(result.exception)))
    assert number > len(lines)
    assert broken == []


FILES = {
    "nothing": b"",
    "NUL": b"\0\0\0",
    "a workbook": b"PK\x03\x04" + bytes(range(256)) * 10,
    "UTF-16": "nom;mail".encode("utf-16"),
    "no UTF-8": b"name: \xff\xfe",
    "deep lists": b"name: x\nteams: " + b"[" * 20_000,
    "deep maps": b"name: x\nteams: " + b"{a: " * 5_000,
    "a laugh": b"name: x\na: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nteams: [*c,*c,*c,*c]\n",
    "itself": b"&a\nname: *a\nteams: *a\n",
    "a command": b"name: !!python/object/apply:os.system ['id']\n",
    "a number without end": b"name: " + b"9" * 10_000,
    "a surrogate": b'name: "\\ud800"\n',
    "year 9999": b"name: x\nstarts_on: 9999-12-31\nends_on: 9999-12-31\n",
    "a quote without end": b'nom;mail\n"' + b"a" * 140_000,
    "commas": b"," * 140_000,
}


@pytest.mark.parametrize("room", ["people/import", "questionnaires/own", "bulletins/import"])
def test_whatever_file_is_sent_its_fault_is_told_beside_it(app: Flask, full: Visitors, room: str) -> None:
    member = full["coordinator"]
    assert member
    client, told = as_member(app.test_client(), member), {}
    for number, (name, data) in enumerate(FILES.items()):
        called = pick(("a.yml", "../../a\0.csv", "é" * 300, "", "<b data-nasty>.yml"), number)
        answer = client.post(f"{P}/manage/{room}", data={"file": (BytesIO(data), called)})
        told[name] = (answer.status_code, list(unsafe(answer)), bool(re.search(r"<title>\s*Err", answer.text)))
    assert {name: fault for name, fault in told.items() if fault != (422, [], True)} == {}
