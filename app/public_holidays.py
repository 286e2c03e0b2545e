"""The public holidays of a country, or of a part of it that has its own. Values in, values out."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays

# Parts of France by the number of their département or by ISO 3166, each under the name that the library has for it.
ALSACE_MOSELLE = {"57": "57", "67": "6AE", "68": "6AE", "6AE": "6AE"}
CODES = {
    "971": ("971", "GP"),
    "972": ("972", "MQ"),
    "973": ("973", "GF"),
    "974": ("974", "RE"),
    "976": ("976", "YT"),
    "PM": ("975", "PM"),
    "BL": ("977", "BL"),
    "MF": ("978", "MF"),
    "TF": ("984", "TF"),
    "WF": ("986", "WF"),
    "PF": ("987", "PF"),
    "NC": ("988", "NC"),
}
OVERSEAS = {code: part for part, codes in CODES.items() for code in codes}
MAINLAND = {f"{number:02}" for number in range(1, 96) if number != 20} | {"2A", "2B"}  # noqa: PLR2004 (Corsica's)
# These decide about their holidays themselves; in the others the labour code adds one day to those of all France
# (articles L3133-1 and L3422-2). What is custom there (Good Friday, mid-Lent, 21 July) is not on the State's list,
# https://calendrier.api.gouv.fr/jours-feries/, though it is on the library's.
SELF_GOVERNED = {"NC", "PF", "WF"}
ABOLITION = "Abolition de l'esclavage"


def is_known(code: str) -> bool:
    """Return whether the holidays of `code` are known: `FR`, `GP`, `FR-57`, `DE-BY`; school holidays are none."""
    country, dash, part = code.partition("-")
    supported = holidays.list_supported_countries()
    if country == "FR" and dash:
        return part in ALSACE_MOSELLE.keys() | OVERSEAS.keys() | MAINLAND
    return country in supported and len(country) == len("FR") and (not dash or part in supported[country])


@lru_cache(maxsize=256)
def public_holidays(code: str | None, year: int) -> frozenset[date]:
    """Return the public holidays of a year in what `code` names, as `is_known` takes it; none when it is None."""
    if code is None:
        return frozenset()
    country, _, part = code.partition("-")
    if country in OVERSEAS:
        country, part = "FR", country
    if country != "FR":
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
    national = frozenset(holidays.country_holidays("FR", years=year))
    if part in OVERSEAS:
        local = holidays.country_holidays("FR", subdiv=OVERSEAS[part], years=year, language="fr")
        is_own = OVERSEAS[part] in SELF_GOVERNED
        return national | {day for day, name in local.items() if is_own or ABOLITION in name}
    if part in ALSACE_MOSELLE:
        return national | frozenset(holidays.country_holidays("FR", subdiv=ALSACE_MOSELLE[part], years=year))
    return national
