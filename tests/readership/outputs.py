"""Everything that the product says: every page to every sort of visitor, every command."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import click
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.bulletins.legacy_csv.file_format import COLUMNS
from app.engagement.views import CHARTS, TABLES
from app.errors import NUMBER_ALPHABET, NUMBER_LENGTH

VALUES: dict[str, tuple[str | int, ...]] = {  # the values of each part of a URL
    "promotion_slug": ("promotion-3",),
    "week": ("2019-W07", "2019-W10", "2019-W11", "2019-W12"),
    "team": ("jachere", "brancard"),
    "call": (1,),
    "bulletin_id": (1,),
    "note_id": (1,),
    "pause_id": (1,),
    "message_id": (1,),
    "membership": (1,),
    "member_id": (1, 2),
    "address_id": (1,),
    "session_id": (1,),
    "milestone": ("mid",),
    "section": ("tool", "people"),
    "advice_id": (1,),
    "part": ("needs", "actions"),
    "feed": ("calendar", "digests"),
    "link": (1,),
    "offer": (1,),
    "identity_id": (1,),
    "channel_id": (1,),
    "item": (1,),
    "questionnaire_id": (1,),
    "public": ("eig", "mentor"),
    "action": ("pause",),
    "language": ("fr",),
    "filename": ("product.css",),
    "key": ("end",),
    "name": tuple(sorted({*CHARTS, *TABLES})),
    "secret": ("forged",),
    "token": ("forged",),
}
ROSTER = """\
name: Promotion 3
starts_on: 2019-01-07
ends_on: 2019-11-08
teams:
- name: Jachère
  eigs: [lea@jachere.example, zoe@jachere.example]
- name: Brancard
  eigs: [max@brancard.example]
"""
EXPORT = f"{','.join(COLUMNS)}\n1,Jachère,2019-05,🙂,Semer,Récolter,,2019-01-31 10:00:00,2019-01-31 10:00:00\n"
RECORDS = """\
promotion: promotion-3
milestone: {key: end, 'on': 2019-11-08}
records:
- {team: Jachère, state: production, people: {host_employee: 1}}
"""
P = "--promotion promotion-3"
SHAPES = ("text", "json")
FIELDS = {  # what is sent to every form
    "text": "Bonjour",
    "place": "me",
    "choice": "granted",
    "month": "2019-03",
    "habit": "weekly",
    "locale": "fr",
    "what": "digest",
    "email": "zoe@jachere.example",
}
COMMANDS: dict[str, list[str]] = {  # every command, and how it is run here, those that change nothing first
    "figures": [
        f"{P} {month} --format {shape}"
        for month in ("", "--month 2019-02", "--month 2019-03", "--month 2019-04")
        for shape in ("text", "json")
    ],
    "digest preview": [f"{P} --week {week} --format {s}" for week in VALUES["week"] for s in ("text", "html", "json")],
    "bulletins export": [P],
    "roster export": [P],
    "questionnaires check": ["eig"],
    "questionnaires results": [f"{P} --public {public} --format {s}" for public in VALUES["public"] for s in SHAPES],
    "records milestones": [P],
    "records import": ["RECORDS --dry-run", "RECORDS"],
    "records export": [f"{P} --milestone end", f"{P} --milestone mid"],
    "retrospective figures": [
        f"{P} --milestone end {o} --format {s}" for o in ("", "--without Jachère") for s in SHAPES
    ],
    "retrospective compare": [f"{P} --from end --to end --format {shape}" for shape in SHAPES],
    "roster import": ["ROSTER --dry-run", "ROSTER"],
    "bulletins import": [f"EXPORT {P}"],
    "bounces read": ["FOLDER"],
    "bounces lift": ["nobody@x.example"],
    "init": ["--email a@x.example --name A --promotion P --starts-on 2019-01-14 --ends-on 2019-11-15"],
    "questionnaires issue": [f"eig {P} --closes 2019-05-31"],
    "questionnaires close": [f"{P} --public eig"],
    "demo": [""],
    "digest hold": [f"{P} --week 2019-W15"],
    "digest postpone": [f"{P} --week 2019-W15 --to 2019-04-12T17:00"],
    "digest release": [f"{P} --week 2019-W15"],
    "digest issue": [f"{P} --week 2019-W11", f"{P} --week 2019-W15"],
    "deliver": ["--format text", "--format json"],
    "deliveries resume": [""],
    "search rebuild": [""],
    "version": [""],
}
NOT_RUN = {
    "db": "moves tables, prints no row",
    "timetable": "never ends; its jobs are run by themselves",
    "backup": "copies the whole database, for who has it anyway",
    "restore": "puts such a copy in its place",
    "retrospective export": "writes figures as published into a folder: tests/retrospective/test_open_data.py reads it",
}
VOLATILE = {  # random at each writing, for every reader
    "csrf": re.compile(r'(?<=name="csrf_token" value=")[^"]+'),
    "sign-in": re.compile(r"(?<=/sign-in/)[\w-]{43}"),
    "share-form": re.compile(r'(?<=name="new" type="hidden" value=")[^"]+'),
    "error": re.compile(rf"\b[{NUMBER_ALPHABET}]{{{NUMBER_LENGTH}}}\b"),
    "disk": re.compile(r"(?<=bulletins_disk_free_bytes )\S+"),  # of the whole machine
}


def urls(app: Flask, method: str) -> list[str]:
    """Every URL of the application that takes the method, once each, with all VALUES of its parts."""
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return list(dict.fromkeys(url for rule in rules for url in _urls(app, rule)))


def seen_by(client: FlaskClient, app: Flask, **query: str) -> dict[str, str]:
    """What every page answers the visitor."""
    return {url: answer_text(client.get(url, query_string=query, buffered=True)) for url in urls(app, "GET")}


def sent_by(sign_in: Callable[[], FlaskClient], app: Flask) -> dict[str, str]:
    """What every form answers the visitor, who signs in again after each that was not refused: some end the session."""
    answers, client = {}, sign_in()
    for url in urls(app, "POST"):
        answer = client.post(url, data=FIELDS)
        answers[url] = answer_text(answer)
        if answer.status_code < 400:
            client = sign_in()
    return answers


def answer_text(answer: TestResponse) -> str:
    """All of an answer that does not change from one visit to the next."""
    changing = {"Set-Cookie", "Date", "Content-Length"}
    headers = sorted(f"{name}: {value}" for name, value in answer.headers if name not in changing)
    is_pdf = answer.mimetype == "application/pdf"  # from the same blocks as its Markdown, which is visited too
    return lasting("\n".join([answer.status, *headers, "a PDF" if is_pdf else answer.get_data(as_text=True)]))


def lasting(text: str) -> str:
    """The text without what is random in it."""
    for name, random in VOLATILE.items():
        text = random.sub(f"[{name}]", text)
    return text


def command_names(group: click.Group, *before: str) -> Iterator[str]:
    """Every command under `group`."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from command_names(command, *before, name)
        else:
            yield " ".join([*before, name])


def command_outputs(app: Flask, folder: Path) -> dict[str, str]:
    """What each command prints, its errors among it, and its exit status; `folder` is for the files they read."""
    folder.mkdir()
    files = {"ROSTER": folder / "roster.yml", "EXPORT": folder / "export.csv", "FOLDER": folder}
    files["RECORDS"] = folder / "records.yml"
    files["ROSTER"].write_text(ROSTER, encoding="utf-8")
    files["RECORDS"].write_text(RECORDS, encoding="utf-8")
    files["EXPORT"].write_text(EXPORT, encoding="utf-8")
    lines = [f"{name} {options}" for name, several in COMMANDS.items() for options in several]
    return {line: _run(app, [str(files.get(word, word)) for word in line.split()]) for line in lines}


def _run(app: Flask, arguments: list[str]) -> str:
    result = app.test_cli_runner().invoke(args=arguments)
    return lasting(f"{result.exit_code}\n{result.output}")


def _urls(app: Flask, rule: Rule) -> Iterator[str]:
    assert set(rule.arguments) <= set(VALUES), f"add values to VALUES for the parts of {rule.rule}"
    site = app.url_map.bind("localhost")
    names = sorted(rule.arguments)
    for values in product(*(VALUES[name] for name in names)):
        yield site.build(rule.endpoint, dict(zip(names, values, strict=True)))
