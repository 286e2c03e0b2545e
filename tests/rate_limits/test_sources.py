"""Which requests come from one source."""

from __future__ import annotations

import pytest

from app.rate_limits.sources import UNKNOWN, source_of


@pytest.mark.parametrize(
    ("remote", "source"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("192.0.2.1:51234", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]:443", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        (None, UNKNOWN),
        ("", UNKNOWN),
        ("unknown", UNKNOWN),
        ("_hidden", UNKNOWN),
        ("192.0.2", UNKNOWN),
        ("192.0.2.999", UNKNOWN),
        ("٣.0.2.1", UNKNOWN),
        ("[", UNKNOWN),
        ("[]:1", UNKNOWN),
    ],
)
def test_an_address_or_a_whole_ipv6_network_is_one_source(remote: str | None, source: str) -> None:
    assert source_of(remote) == source
