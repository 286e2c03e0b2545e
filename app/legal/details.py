"""What a site says of itself, and what it may honestly say while nobody has filled it in. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

LINE_LIMIT, TEXT_LIMIT = 300, 3000  # characters
ELSEWHERE = {  # where one goes who got no satisfactory answer
    "defender": "https://formulaire.defenseurdesdroits.fr/",
    "delegates": "https://www.defenseurdesdroits.fr/saisir/delegues",
    "cnil": "https://www.cnil.fr/fr/plaintes",
}


class Conformity(StrEnum):
    """The three states that the law knows: https://accessibilite.numerique.gouv.fr/obligations/declaration-accessibilite/."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Details:
    """What the coordination fills in; an empty text is one that nobody has filled in. Lines, but for the three last."""

    publisher: str = ""
    director: str = ""
    host: str = ""
    contact: str = ""
    dpo: str = ""
    conformity: str = Conformity.NONE.value
    audited_on: str = ""
    audited_by: str = ""
    audit_rate: str = ""
    declared_on: str = ""
    multi_year_plan: str = ""
    failures: str = ""
    exemptions: str = ""
    audited_pages: str = ""


LONG = ("failures", "exemptions", "audited_pages")


def read_details(texts: Mapping[str, object]) -> Details:
    """Return the details as stored; what no field has any more is left out, what is unknown counts as empty."""
    known = {field.name for field in fields(Details)}
    details = Details(**{name: str(text) for name, text in texts.items() if name in known})
    if conformity_of(details) is Conformity.NONE and details.conformity != Conformity.NONE.value:
        return Details(**(asdict(details) | {"conformity": Conformity.NONE.value}))
    return details


def conformity_of(details: Details) -> Conformity:
    """Return what the site may claim: without an audit that is named and dated, nothing."""
    audited = bool(details.audited_on and details.audited_by)
    claimed = details.conformity in {Conformity.PARTIAL.value, Conformity.FULL.value}
    return Conformity(details.conformity) if audited and claimed else Conformity.NONE


def contact_url(contact: str) -> str:
    """Return where a contact leads: a page of the web, a letter to a mail address, or nowhere (an empty text)."""
    if contact.startswith(("https://", "http://")):
        return contact
    local, at, domain = contact.partition("@")
    is_address = at and local and "." in domain and not any(character.isspace() for character in contact)
    return f"mailto:{contact}" if is_address else ""
