"""What a site may say of itself."""

from __future__ import annotations

import pytest

from app.legal.details import Conformity, Details, conformity_of, contact_url, read_details


@pytest.mark.parametrize(
    ("details", "conformity"),
    [
        (Details(), Conformity.NONE),
        (Details(conformity="full"), Conformity.NONE),
        (Details(conformity="partial", audited_by="Un cabinet"), Conformity.NONE),
        (Details(conformity="partial", audited_by="Un cabinet", audited_on="12 mai 2026"), Conformity.PARTIAL),
        (Details(conformity="full", audited_by="Un cabinet", audited_on="12 mai 2026"), Conformity.FULL),
        (Details(conformity="perfect", audited_by="Un cabinet", audited_on="12 mai 2026"), Conformity.NONE),
    ],
)
def test_a_site_is_compliant_only_by_an_audit(details: Details, conformity: Conformity) -> None:
    assert conformity_of(details) is conformity


def test_stored_texts_of_another_version_are_read() -> None:
    assert read_details({"publisher": "La DINUM", "fax": "0"}) == Details(publisher="La DINUM")


@pytest.mark.parametrize(
    ("contact", "url"),
    [
        ("contact@programme.example", "mailto:contact@programme.example"),
        ("https://programme.example/contact", "https://programme.example/contact"),
        ("le bureau 12", ""),
        ("javascript:alert(1)@a.b c", ""),
        ("", ""),
    ],
)
def test_a_contact_leads_to_a_letter_a_page_or_nowhere(contact: str, url: str) -> None:
    assert contact_url(contact) == url
