"""Record files that add up to what the programme published. Which team is which, where no article says, is ours."""

from __future__ import annotations

import yaml

EIG_LINK = "EIG Link 2019"
EXCLUSION = "modalités particulières"
AT_THE_END = {  # of promotion 3: the tools that were in production, and who carried the challenges on
    "production": {EIG_LINK, "ExploCode", "IA Flash", "Karfu’R", "LexImpact"},
    "host_with_programme": {"CartoBio", "IA Flash"},
    "other_administration": {"LexImpact"},
}
SIXTEEN_MONTHS_AFTER = """\
ACOSS-Plateforme  production_evolving  host                  it_department  1  0
ADLER             production_evolving  host                  it_department  0  0
CartoBio          production_evolving  host_with_programme   business_team  1  0
CibNav            production_evolving  host                  business_team  1  0
DataJust          development          host                  it_department  0  0
DataReg           development          host                  other          0  0
ExploCode         production_evolving  host                  business_team  1  1
IA Flash          production_evolving  other_administration  contractor     0  0
Karfu’R           production_evolving  host                  contractor     1  1
LexImpact         production_evolving  other_administration  business_team  2  0
Open Chronic      production_evolving  other_administration  business_team  0  1
Open Justice      production_evolving  host                  business_team  1  0
Plume             development          host                  it_department  1  0
Polygraphe        development          other_administration  other          0  0
"""  # its team, state, who carries and who maintains it, EIGs employed by the host, and under contract to it
ANSWERED_BY_EIGS = {"ADLER", "DataReg", "IA Flash", "Open Chronic", "Plume", "Polygraphe"}
TEAMS_OF_2020 = [f"Défi {number}" for number in range(1, 18)]
THIRD = [line[:18].strip() for line in SIXTEEN_MONTHS_AFTER.splitlines()]
THREE_EIGS = {"Open Justice", "Plume"}


def third_promotion_at_its_end() -> str:
    """Give the fifteen challenges of promotion 3 in November 2019, as far as the articles of 2021 tell of them."""
    carriers = ("host_with_programme", "other_administration")
    records = [
        {
            "team": team,
            "state": "production" if team in AT_THE_END["production"] else "development",
            "carried_by": next((each for each in carriers if team in AT_THE_END[each]), "host"),
        }
        for team in [*THIRD, EIG_LINK]
    ]
    return _file("promotion-3", "end", "2019-11-15", records)


def third_promotion_sixteen_months_after() -> str:
    """Give the fourteen challenges that were asked, in March 2021."""
    records = []
    for line in SIXTEEN_MONTHS_AFTER.splitlines():
        state, carrier, maintainer, *numbers = line[18:].split()
        employed, under_contract = map(int, numbers)
        team = line[:18].strip()
        records.append(
            {
                "team": team,
                "answered_by": "eig" if team in ANSWERED_BY_EIGS else "mentor",
                "state": state,
                "carried_by": carrier,
                "maintained_by": maintainer,
                "people": {
                    "host_employee": employed,
                    "host_contractor": under_contract,
                    "still_on_project": employed + under_contract,
                },
                "outcomes": ["evolving" if state.startswith("production") else "maintained"],
            }
        )
    exclusions = [{"team": EIG_LINK, "reason": EXCLUSION}]
    return _file("promotion-3", "after-16", "2021-03-15", records, exclusions)


def fourth_promotion_at_mid_term() -> str:
    """Give the seventeen challenges of promotion 4 in February 2021."""
    code = ["open"] * 9 + ["soon"] * 4 + ["no"] * 4
    data = [["open"]] * 5 + [["with_open_data_team"]] * 4 + [[]] * 8
    records = [
        {
            "team": team,
            "openings": [
                {"kind": "source_code", "status": code[place]},
                *({"kind": "data_set", "status": status} for status in data[place]),
            ],
            "events": [{"kind": "training", "count": 1}] if place < 10 else [],
            "side_projects": [f"Projet annexe {place + 1}"] if place < 11 else [],
            "new_approaches": True,
        }
        for place, team in enumerate(TEAMS_OF_2020)
    ]
    return _file("promotion-4", "mid", "2021-02-11", records)


def _file(
    promotion: str,
    milestone: str,
    day: str,
    records: list[dict[str, object]],
    exclusions: list[dict[str, str]] | None = None,
) -> str:
    heads = {str(record["team"]): 3 if record["team"] in THREE_EIGS else 2 for record in records}
    file = {
        "promotion": promotion,
        "milestone": {"key": milestone, "on": day},
        "exclusions": exclusions or [],
        "heads": heads,
        "records": records,
    }
    return yaml.safe_dump(file, allow_unicode=True)
