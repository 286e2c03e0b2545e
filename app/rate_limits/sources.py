"""Where a request comes from, as far as limits can tell sources apart. Pure."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, IPv6Network, ip_address

UNKNOWN = "unknown"
NETWORK_BITS = 64  # what one subscriber has at least (RFC 6177): all the addresses in it are one source
WITH_PORT = re.compile(r"\[(?P<v6>[^\]]*)\](?::\d+)?|(?P<v4>[\d.]+):\d+", re.ASCII)  # as some proxies write them


def source_of(remote: str | None) -> str:
    """Return an IPv4 address, the /64 network of an IPv6 one, or UNKNOWN for whatever is no IP address.

    All that is no address is one source: what a client may make up must not be counted apart.
    """
    text = (remote or "").strip()
    if match := WITH_PORT.fullmatch(text):
        text = match["v6"] or match["v4"] or ""
    try:
        address = ip_address(text.partition("%")[0])  # without the zone of a link-local one
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, NETWORK_BITS), strict=False))
