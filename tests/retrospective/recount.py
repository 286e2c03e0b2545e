"""A recount by hand of what a retrospective says: plain Python over the files, and nothing of the product."""

from __future__ import annotations

from collections import Counter
from typing import Any

import yaml

ADMINISTRATIONS = ["host_employee", "host_contractor", "other_admin_employee", "other_admin_contractor"]

Counts = dict[str, Any]  # by code: (numerator, base), or parts


def recount(text: str, end_text: str | None = None, left_out: tuple[str, ...] = ()) -> Counts:
    """The figures of a file in which every team of the promotion has its head count."""
    file = yaml.safe_load(text)
    gone = {each["team"] for each in file.get("exclusions", [])} | set(left_out)
    records = [record for record in file["records"] if record["team"] not in gone]
    teams, eigs = len(records), sum(file["heads"][record["team"]] for record in records)
    people = [record.get("people") or {} for record in records]
    openings = [[(o["kind"], o["status"]) for o in record.get("openings") or []] for record in records]
    staying = sum(each.get(where, 0) for each in people for where in ADMINISTRATIONS)
    counts: Counts = {
        "R01": (sum((record.get("state") or "").startswith("production") for record in records), teams),
        "R02": (sum(record.get("state") == "planned" and bool(record.get("planned_on")) for record in records), teams),
        "R03": (sum(("source_code", "open") in each for each in openings), teams),
        "R04": (sum(("source_code", "open") in e or ("source_code", "soon") in e for e in openings), teams),
        "R05": (sum(("library", "open") in each for each in openings), teams),
        "R06": (sum(("data_set", "open") in each for each in openings), teams),
        "R07": (sum(("data_set", "with_open_data_team") in each for each in openings), teams),
        "R08": (sum(("data_set", "on_request") in e and ("data_set", "open") not in e for e in openings), teams),
        "R09": (sum(bool(record.get("events")) for record in records), teams),
        "R10": (sum(len(record.get("side_projects") or []) for record in records), None),
        "R11": (sum(record.get("new_approaches") is True for record in records), teams),
        "R12": (sum(each.get("host_employee", 0) > 0 for each in people), teams),
        "R13": (staying, eigs),
        "R14": (sum(each.get("host_employee", 0) for each in people), eigs),
        "R15": (sum(each.get("still_on_project", 0) for each in people), eigs),
        "R16": (sum((record.get("extension") or {}).get("extended", 0) for record in records), eigs),
        "R17": (sum((record.get("extension") or {}).get("cofunded_by_programme", False) for record in records), teams),
        "R22": (sum(record.get("answered_by") == "eig" for record in records), teams),
        "R23": (sum(record.get("posts_created") or 0 for record in records), None),
        "R18 parts": Counter(record["carried_by"] for record in records if record.get("carried_by")),
        "R19 parts": Counter(record["maintained_by"] for record in records if record.get("maintained_by")),
        "R21 parts": Counter(outcome for record in records for outcome in record.get("outcomes") or []),
    }
    if end_text:
        counts["R20"] = _since(records, yaml.safe_load(end_text), gone)
    return counts


def _since(records: list[Any], end: Any, gone: set[str]) -> tuple[int, int]:
    gone = gone | {each["team"] for each in end.get("exclusions", [])}
    before = {record["team"]: record.get("state") or "" for record in end["records"]}
    both = [record for record in records if record["team"] in before and record["team"] not in gone]
    new = [
        record
        for record in both
        if (record.get("state") or "").startswith("production") and not before[record["team"]].startswith("production")
    ]
    return len([record for record in new if before[record["team"]]]), len(both)
