"""Where the addresses of chat channels may lead: to the public network over TLS, and to the hosts of CHAT_HOSTS."""

from __future__ import annotations

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address

from app.channels.addresses import AddressError, AddressFault, ChatAddress


def check_host(address: ChatAddress, named: Collection[str]) -> None:
    """Refuse an address that leads into our own network, or goes there in the clear. Raises AddressError.

    Asked again before each message: what a name leads to may have changed since. It may change once more until apprise
    asks; what could be reached then gets a POST in a chat service's own form, and its answer is shown to nobody.
    """
    if not address.host or address.host in named:
        return
    if address.plain:
        raise AddressError(AddressFault.PLAIN)
    try:
        found = socket.getaddrinfo(address.host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressError(AddressFault.LOST) from None
    if not all(_is_public(str(entry[4][0])) for entry in found):
        raise AddressError(AddressFault.PRIVATE)


def _is_public(text: str) -> bool:
    address: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast
