"""Hostile values × fields: every form of every page is sent with each of its fields wrong in turn, the others right.

The forms are those that the pages show, so that a new one is walked by itself. Whatever is sent, no page breaks, the
fault is told in the page where it was typed, nothing that was typed beside it is lost, and what was taken can be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.questionnaires.library import read_shipped
from app.records.vocabulary import SurveyPublic
from app.text_cleaning import clean_text
from tests.fixtures.site import browser_of
from tests.readership.outputs import EXPORT
from tests.walks.forms import Field, Form, forms_of
from tests.walks.full_promotion import P, Visitors, letter_pages
from tests.walks.hostile import ANYWHERE, HOSTILE, NUMBERS, REFUSED, TAKEN, pick, quoted, unsafe
from tests.walks.keeping import KeptDatabase
from tests.walks.routes import TABLE, address_of

MORE_PAGES = (  # where more can be done than at the addresses of the table
    f"{P}/bulletin/2019-W10",
    f"{P}/weeks/2019-W10",
    f"{P}/teams/jachere",
    f"{P}/help/2/thanks",
    f"{P}/manage/weeks/2019-W10",
    f"{P}/manage/weeks/2019-W10/put-off",
    f"{P}/manage/weeks/2019-W10/issue",
    f"{P}/manage/weeks/2019-W11",
    f"{P}/manage/weeks/2019-W09/letters/again?member=1",
    f"{P}/manage/teams/vide",
    "/promotion-5/manage/cohort/delete",
    f"{P}/manage/records/mid/jachere",
    f"{P}/records/mid/brancard/people",
    f"{P}/records/mid/brancard/funding",
    *(f"{P}/teams/brancard/plan/{part}/new" for part in ("needs", "scenarios", "actions")),
)
NOT_SHOWN = {  # routes whose form no page of this promotion has
    "/<slug:promotion_slug>/bulletin",  # the form names its week
    "/<slug:promotion_slug>/bulletin/preview",  # asked by a script
    "/start/<secret>",  # the database is empty then
    # buttons, without a field
    "/sign-in/<secret>",
    "/<slug:promotion_slug>/channels/<int:channel_id>/remove",
    "/<slug:promotion_slug>/channels/<int:channel_id>/test",
    "/<slug:promotion_slug>/help/<int:call>/thanks/<int:offer>/hide",
    "/<slug:promotion_slug>/manage/addresses/held/spare",
    "/<slug:promotion_slug>/manage/bulletins/past-digests",
    "/<slug:promotion_slug>/manage/addresses/held/suppress",
    "/<slug:promotion_slug>/manage/weeks/<week:week>/letters/<slug:action>",
    "/<slug:promotion_slug>/manage/weeks/<week:week>/letters/again",
}

Sent = list[tuple[str, str]]


# --- What is sent ----------------------------------------------------------------------------------------------------

BY_KIND = {
    "text": ("over", "breaks", *NUMBERS, "year 9999", *ANYWHERE),
    "textarea": ("over", "breaks", *ANYWHERE),
    "date": ("year 9999", "year 1", "no day", "year 10000", "other digits", *ANYWHERE),
    "month": ("month of year 9999", "month of year 1", "no day", *ANYWHERE),
    "time": ("24 o'clock", "no number", "below", *ANYWHERE),
    "number": (*NUMBERS, *ANYWHERE),
    "email": ("a header", "a long address", "over", *ANYWHERE),
    "url": ("a script", "no host", "over", *ANYWHERE),
}
CHOSEN = ("of nothing", *ANYWHERE, *NUMBERS)  # fields that nobody types into: only a program sends anything else
RIGHT = {
    "date": "2019-06-03",
    "month": "2019-06",
    "time": "16:00",
    "number": "1",
    "email": "nouvelle@adresse.example",
    "url": "https://adresse.example/",
}
RIGHT_BY_NAME = {"week": "3", "months": "6", "cells": "nom;mail;défi\nLéa;lea@x.example;Jachère"}
LIMIT = 300  # characters, of most texts; MOST is what a form may hold before it is no form at all
MOST = 60_000
LOST_IN_TRANSIT = {"surrogate", "breaks"}  # a form shows them again as what they come to
TOLD = {409, 422, 429}


@dataclass(frozen=True)
class FoundForm:
    """A form, where and by whom it was found, and where it is sent."""

    rule: str
    visitor: str | None
    page: str
    address: str
    form: Form

    def filled(self) -> Sent:
        """What a browser sends once the empty fields are filled, and the first button is pressed."""
        return [(each.name, value) for each in self.typed for value in _right(each)] + self.form.buttons[:1]

    @property
    def typed(self) -> list[Field]:
        return [each for each in self.form.fields.values() if each.name != "csrf_token"]


def _right(each: Field) -> list[str]:
    if each.kind in BY_KIND and not "".join(each.values):
        return [RIGHT_BY_NAME.get(each.name) or RIGHT.get(each.kind, "Semer")]
    return each.values or ([value for value in each.offered if value][:1] if each.kind in {"radio", "select"} else [])


def cases(found: FoundForm, number: int) -> Iterator[tuple[Field, str, Sent]]:
    """The form with every second field wrong in turn, for a `number` one higher the others; each time another value.

    Wrong is a hostile value, or a field that is missing, sent twice or sent as a list.
    """
    right = found.filled()
    for twice, each in enumerate(found.typed, start=number):
        place, is_left_out = divmod(twice, 2)
        if is_left_out:
            continue
        others = [pair for pair in right if pair[0] != each.name]
        name = pick(BY_KIND.get(each.kind, CHOSEN), place)
        yield each, name, [*others, (each.name, hostile(each, name))]
        amiss = {
            "missing": others,
            "twice": [*right, (each.name, "nope")],
            "a list": [*others, (f"{each.name}[]", "x")],
        }
        if place % len(amiss) == 0:
            name = pick(tuple(amiss), place // len(amiss))
            yield each, name, amiss[name]


def hostile(each: Field, name: str) -> str:
    limit = each.maxlength or LIMIT
    return {"over": "e" * (limit + 1), "far over": "é" * min(limit * 100, MOST)}.get(name) or HOSTILE[name]


def post(client: FlaskClient, address: str, pairs: Sent) -> TestResponse:
    body = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)
    return client.post(address, data=body, content_type="application/x-www-form-urlencoded")


# --- Where it is sent ------------------------------------------------------------------------------------------------


def find_forms(app: Flask, visitors: Visitors) -> list[FoundForm]:
    """Every form that a page shows to one of the visitors, once for each route and set of fields."""
    found: dict[tuple[str, frozenset[str]], FoundForm] = {}
    holder = visitors["eig who coordinates"]
    assert holder
    tables = [address_of(route.removeprefix("GET ")) for route in TABLE if route.startswith("GET")]
    for sort, member in visitors.items():
        client = browser_of(app, member)
        addresses = [*tables, *MORE_PAGES] if member else ["/", "/sign-in", *letter_pages(holder)]
        answers = [(address, client.get(address, buffered=True)) for address in addresses]
        if sort == "coordinator":
            answers += second_steps(client)
        for address, answer in answers:
            for form in forms_of(answer.text) if answer.mimetype == "text/html" and answer.status_code == 200 else ():
                action = (form.action or address).partition("#")[0]
                if rule := rule_of(app, action):
                    names = frozenset[str]() if form.is_borrowed else frozenset(form.fields)
                    found.setdefault((rule, names), FoundForm(rule, sort, address, action, form))
    return [found[key] for key in sorted(found, key=lambda key: (key[0], sorted(key[1])))]


def second_steps(client: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    """The pages that follow a form, with the one that does what it was asked."""
    importing = f"{P}/manage/people/import"
    yield importing, client.post(importing, data={"cells": RIGHT_BY_NAME["cells"]})
    files = {
        f"{P}/manage/questionnaires/own": read_shipped(SurveyPublic.MENTOR),
        f"{P}/manage/bulletins/import": EXPORT.replace("Jachère", "Jachères"),  # a team that is asked for
    }
    for address, file in files.items():
        yield address, client.post(address, data={"file": (BytesIO(file.encode()), "file")})


def rule_of(app: Flask, address: str) -> str | None:
    """The route to which a form is sent; None for one whose buttons alone say where."""
    site = app.url_map.bind("localhost")
    try:
        rule, _values = site.match(address.removeprefix("http://localhost").partition("?")[0], "POST", return_rule=True)
    except HTTPException:
        return None
    return rule.rule


# --- What is answered ------------------------------------------------------------------------------------------------


def faults_of(
    client: FlaskClient, found: FoundForm, each: Field, name: str, sent: Sent, answer: TestResponse
) -> Iterator[str]:
    """What is wrong with the answer to `sent`, in which the field `each` has the value called `name`."""
    status, is_typed = answer.status_code, each.kind in BY_KIND and name in HOSTILE
    if status not in TAKEN | TOLD | (set() if is_typed else REFUSED):
        yield f"is answered {status}"
    yield from unsafe(answer)
    if status in TOLD and is_typed:
        yield from untold(found, answer, name, sent)
    if status not in TAKEN:
        return
    if found.visitor and answer.headers.get("Location", "").startswith("/sign-in"):
        yield "finds nobody signed in"
    for place in {found.page, answer.headers.get("Location", found.page)}:
        if not place.startswith("/") or place.startswith("//"):
            yield f"leads away to {place}"
            continue
        shown = client.get(place.partition("#")[0], buffered=True)
        if shown.status_code >= 500:
            yield f"then {place} is answered {shown.status_code}"
        yield from (f"then {place} {fault}" for fault in unsafe(shown))


def untold(found: FoundForm, answer: TestResponse, name: str, sent: Sent) -> Iterator[str]:
    """What a page that refuses lacks: the fault in its title, the form, and in it whatever was typed."""
    if not re.search(r"<title>\s*Err", answer.text):  # in either language
        yield "says no fault in the title"
    again = [form for form in forms_of(answer.text) if set(form.fields) >= {each.name for each in found.typed}]
    if not again:
        yield "has lost the form"
        return
    for each in found.typed:
        typed = [clean_text(value) for field, value in sent if field == each.name]
        shown = [clean_text(value) for value in again[0].fields[each.name].values]
        if each.kind in {*BY_KIND, "radio", "checkbox", "select"} and typed != shown and name not in LOST_IN_TRANSIT:
            yield f"has lost {each.name}: {typed!a:.80} became {shown!a:.80}"


@pytest.mark.long
@pytest.mark.both_databases
def test_whatever_is_sent_no_form_breaks_and_nothing_typed_is_lost(app: Flask, full: Visitors, database: str) -> None:
    found = find_forms(app, full)
    posts = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posts - {each.rule for each in found} == NOT_SHOWN
    clients = {who: browser_of(app, member) for who, member in full.items()}
    kept = KeptDatabase()
    problems, number = [], 0 if "sqlite" in database else 1  # each engine tries half of the fields
    for form in found:
        for each, name, sent in cases(form, number):
            client = clients[form.visitor]
            answer = post(client, form.address, sent)
            faults = faults_of(client, form, each, name, sent, answer)
            problems += [(form.rule, each.name, name, fault) for fault in faults]
            if answer.status_code in TAKEN:
                kept.put_back()
        number += len(form.typed)
    kept.forget()
    assert problems == []
