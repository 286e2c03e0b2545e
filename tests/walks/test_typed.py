"""Hostile values × fields: every form of every page is sent with each of its fields wrong in turn, the others right.

The forms are those that the pages show, so that a new one is walked by itself. Whatever is sent, no page breaks, the
fault is told in the page where it was typed, nothing that was typed beside it is lost, and what was taken can be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.clock import now
from app.confidential.service import write_message
from app.database import db
from app.digests.models import Digest, DigestNote, DigestSchedule, Introduction
from app.drafts.models import Draft
from app.feeds.addresses import make_address
from app.feeds.models import Feed
from app.help_requests.models import HelpRequest
from app.help_requests.offers import offer_help
from app.help_requests.service import resolve
from app.identity.models import Identity
from app.management.address_changes import ask_change
from app.management.address_letters import CONFIRM, PURPOSE
from app.questionnaires.library import read_shipped
from app.records.links import record_link
from app.records.milestone_service import exclude_team
from app.records.models import Milestone
from app.records.vocabulary import SurveyPublic
from app.rota.service import save_rota
from app.security import new_secret, sign
from app.sharing.service import make_link
from app.teams.models import DayOff, Membership, Pause, Promotion
from app.teams.sessions import begin_session
from app.teams.subscriptions import Subscription, unsubscribe_url
from app.text_cleaning import clean_text
from app.weeks import Week
from tests.builders import LONG_AGO, make_bulletin, make_digest, make_team, saved
from tests.fixtures.site import as_member
from tests.test_access import TABLE, address_of
from tests.walks.forms import Field, Form, forms_of
from tests.walks.keeping import KeptDatabase

VISITORS = (None, "eig", "mentor", "coordinator", "eig who coordinates")
P = "/promotion-3"
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
    "/<slug:promotion_slug>/manage/addresses/held/suppress",
    "/<slug:promotion_slug>/manage/weeks/<week:week>/letters/<slug:action>",
    "/<slug:promotion_slug>/manage/weeks/<week:week>/letters/again",
}

Sent = list[tuple[str, str]]


@pytest.fixture
def full(promotion: Promotion, members_by_kind: dict[str, Membership | None]) -> dict[str | None, Membership | None]:
    """The promotion of the table of routes, with something behind every button; its visitors."""
    by_slug, at = {team.slug: team for team in promotion.teams}, now()
    jachere, brancard, coordinator = by_slug["jachere"], by_slug["brancard"], members_by_kind["eig who coordinates"]
    eig, mentor = members_by_kind["eig"], members_by_kind["mentor"]
    assert coordinator
    assert eig
    assert mentor
    make_team(promotion, "Vide")
    saved(DayOff(promotion_id=promotion.id, day=date(2019, 5, 10)))
    saved(Pause(team_id=brancard.id, first_week=Week.parse("2019-W16"), last_week=Week.parse("2019-W17")))
    w09 = db.session.scalars(select(Digest)).one()
    saved(DigestNote(digest_id=w09.id, text="Erratum", written_at=at, author_id=coordinator.person_id))
    saved(Introduction(promotion_id=promotion.id, week=w09.week, text="Bonjour", updated_at=at))
    saved(DigestSchedule(promotion_id=promotion.id, week=Week.parse("2019-W11"), held=True, changed_at=at))
    make_bulletin(jachere, "2019-W08", help="Qui relit ?", published_in=Week.parse("2019-W08"))
    make_digest(promotion, "2019-W08")
    call = db.session.scalars(select(HelpRequest).where(HelpRequest.team_id == jachere.id)).one()
    offer_help(call, mentor, "Moi", at)
    resolve(call, coordinator.person, at)
    save_rota(jachere, [eig.id, coordinator.id], Week.parse("2019-W10"), 0)
    make_link(brancard, "la DSI", promotion.ends_on, new_secret(), coordinator.person, at)
    make_address(coordinator, Feed.CALENDAR, at)
    exclude_team(db.session.scalars(select(Milestone).where(Milestone.key == "mid")).one(), jachere, "À part")
    saved(Draft(person_id=coordinator.person_id, page=f"{P}/confidential", fields={"text": "a"}, kept_at=at, lost=True))
    saved(Identity(person_id=coordinator.person_id, issuer="https://id.example", subject="1", linked_at=LONG_AGO))
    begin_session(coordinator.person_id, at)
    write_message(coordinator, "Un mot", at)
    return {sort: members_by_kind[sort] if sort else None for sort in VISITORS}


def letter_pages(member: Membership) -> Iterator[str]:
    """The pages to which letters lead, with what they hold instead of a session."""
    promotion = member.promotion
    brancard = next(team for team in promotion.teams if team.slug == "brancard")
    mid = db.session.scalars(select(Milestone).where(Milestone.key == "mid")).one()
    record = record_link(mid, brancard)
    leaving = unsubscribe_url(member.id, Subscription.DIGEST, member.person.link_epoch, promotion.today(now()))
    yield from (urlsplit(url).path for url in (record, f"{record}/tool", leaving))
    yield f"/address/{sign(PURPOSE, [ask_change(member.person, 'autre@promotion.example', now()).id, CONFIRM])}"


# --- What is sent ----------------------------------------------------------------------------------------------------

MARKUP = "<b data-nasty>\"'><script>nasty()</script>{{ 7*7 }} %s"
HOSTILE = {
    "over": "",  # the limit of the field, by one
    "far over": "",  # by a hundred times
    "unseen": "\u200b\u200d\ufeff\u202e\u2066👩‍👩‍👧‍👦💥e\u0301 שלום",
    "nul": "a\0b",
    "surrogate": "\ud800x",
    "breaks": "a\rb\r\n\v\x85\u2028c",
    "markup": MARKUP,
    "no number": "NaN",
    "below": "-1",
    "beyond 32 bits": "2147483648",
    "beyond 64 bits": "9223372036854775808",
    "long number": "9" * 5000,
    "other digits": "٢٠١٩-٠٣-٠٨",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "year 10000": "10000-01-01",
    "no day": "2019-02-30",
    "month of year 1": "0001-01",
    "month of year 9999": "9999-12",
    "24 o'clock": "24:00",
    "a header": "a@b.example\r\nBcc: x@y.example",
    "a long address": f"{'é' * 64}@{'a.' * 120}example",
    "a script": "javascript:nasty()",
    "no host": "https://[::1",
    "of nothing": "nope",
    "last week of all": "9999-W52",
    "no week": "0000-W00",
}
ANYWHERE = ("nul", "surrogate", "far over", "unseen", "markup")
NUMBERS = ("beyond 64 bits", "long number", "below", "other digits", "no number", "beyond 32 bits")
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
TAKEN = {200, 302, 303}
TOLD = {409, 422, 429}
REFUSED = {400, 403, 404, 410}


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


def cases(found: FoundForm, number: int, every: int) -> Iterator[tuple[Field, str, Sent]]:
    """The form with one field in `every` wrong in turn: a hostile value, or sent amiss; others for another `number`."""
    right = found.filled()
    for place, each in enumerate(found.typed, start=number):
        if place % every:
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


def pick(names: Sequence[str], place: int) -> str:
    return names[place % len(names)]


def hostile(each: Field, name: str) -> str:
    limit = each.maxlength or LIMIT
    return {"over": "e" * (limit + 1), "far over": "é" * min(limit * 100, MOST)}.get(name) or HOSTILE[name]


def quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def post(client: FlaskClient, address: str, pairs: Sent) -> TestResponse:
    body = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)
    return client.post(address, data=body, content_type="application/x-www-form-urlencoded")


# --- Where it is sent ------------------------------------------------------------------------------------------------


def find_forms(app: Flask, visitors: dict[str | None, Membership | None]) -> list[FoundForm]:
    """Every form that a page shows to one of the visitors, once for each route and set of fields."""
    found: dict[tuple[str, frozenset[str]], FoundForm] = {}
    holder = visitors["eig who coordinates"]
    assert holder
    tables = [address_of(route.removeprefix("GET ")) for route in TABLE if route.startswith("GET")]
    for sort, member in visitors.items():
        client = as_member(app.test_client(), member) if member else app.test_client()
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
    own, file = f"{P}/manage/questionnaires/own", read_shipped(SurveyPublic.MENTOR)
    yield own, client.post(own, data={"file": (BytesIO(file.encode()), "mentors.yml"), "public": "mentor"})


def rule_of(app: Flask, address: str) -> str | None:
    """The route to which a form is sent; None for one whose buttons alone say where."""
    site = app.url_map.bind("localhost")
    try:
        rule, _values = site.match(address.removeprefix("http://localhost").partition("?")[0], "POST", return_rule=True)
    except HTTPException:
        return None
    return rule.rule


# --- What is answered ------------------------------------------------------------------------------------------------


def faults_of(client: FlaskClient, found: FoundForm, each: Field, name: str, sent: Sent) -> Iterator[str]:
    """What is wrong with the answer to `sent`, in which the field `each` has the value called `name`."""
    answer = post(client, found.address, sent)
    status, is_typed = answer.status_code, each.kind in BY_KIND and name in HOSTILE
    if status not in TAKEN | TOLD | (set() if is_typed else REFUSED):
        yield f"is answered {status}"
    yield from unsafe(answer)
    if status in TOLD and is_typed:
        yield from untold(found, answer, name, sent)
    if status not in TAKEN:
        return
    for place in {found.page, answer.headers.get("Location", found.page)}:
        if not place.startswith("/") or place.startswith("//"):
            yield f"leads away to {place}"
            continue
        shown = client.get(place.partition("#")[0], buffered=True)
        if shown.status_code >= 500:
            yield f"then {place} is answered {shown.status_code}"
        yield from (f"then {place} {fault}" for fault in unsafe(shown))


def unsafe(answer: TestResponse) -> Iterator[str]:
    text = answer.text if answer.mimetype.startswith("text/") else ""
    if "\0" in text:
        yield "says NUL"
    if "<b data-nasty" in text or "<script>nasty" in text or 'href="javascript:' in text:
        yield "runs what was typed"


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
def test_whatever_is_sent_no_form_breaks_and_nothing_typed_is_lost(
    app: Flask, full: dict[str | None, Membership | None], database: str
) -> None:
    found = find_forms(app, full)
    posts = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert {each.rule for each in found} >= posts - NOT_SHOWN
    clients = {
        who: as_member(app.test_client(), member) if member else app.test_client() for who, member in full.items()
    }
    kept = KeptDatabase()
    problems = []
    number, every = (0, 1) if "sqlite" in database else (1, 2)  # the engines try other values
    for form in found:
        for each, name, sent in cases(form, number, every):
            faults = list(faults_of(clients[form.visitor], form, each, name, sent))
            problems += [(form.rule, each.name, name, fault) for fault in faults]
            kept.put_back()
        number += len(form.typed)
    kept.forget()
    assert problems == []


QUERY = re.compile(r'(?:args|values)(?:\.get)?[(\[]"(\w+)"')
IN_A_QUERY = (
    *("year 9999", "year 1", "month of year 9999", "month of year 1", "beyond 64 bits", "long number", "below"),
    *("other digits", "nul", "surrogate", "unseen", "markup", "no host", "last week of all", "no week"),
)


@pytest.mark.long
@pytest.mark.both_databases
def test_whatever_a_query_asks_for_no_page_breaks(app: Flask, full: dict[str | None, Membership | None]) -> None:
    asked = {name for file in Path(app.root_path).rglob("*.py") for name in QUERY.findall(file.read_text("utf-8"))}
    assert {"before", "from", "month", "key", "reader", "q"} <= asked
    member = full["eig who coordinates"]
    assert member
    client, problems = as_member(app.test_client(), member), []
    for place, route in enumerate(route for route in TABLE if route.startswith("GET") and "health" not in route):
        address = address_of(route.removeprefix("GET "))
        for name in (pick(IN_A_QUERY, place), pick(IN_A_QUERY, place + 7)):
            query = "&".join(f"{each}={quoted(HOSTILE[name])}" for each in sorted(asked))
            answer = client.get(f"{address}?{query}", buffered=True)
            if answer.status_code not in TAKEN | REFUSED:
                problems.append((route, name, f"is answered {answer.status_code}"))
            problems += [(route, name, fault) for fault in unsafe(answer)]
    assert problems == []
