"""What chat services give out as the address of a channel, and which of them are taken. Values in, values out.

The address is a secret: whoever knows it writes there. So what a page or a log may show of it is kept apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

MAX_LENGTH = 1000  # characters; those of Teams have 300
INSECURE = "http"


class Service(NamedTuple):
    """A chat service: its name, whether its address names a server of its own, whether it is reached without TLS."""

    name: str
    own_server: bool = False
    plain: bool = False


SERVICES = {  # by what apprise calls the scheme of their addresses (https://github.com/caronc/apprise/wiki)
    "slack": Service("Slack"),
    "mmosts": Service("Mattermost", own_server=True),
    "mmost": Service("Mattermost", own_server=True, plain=True),
    "matrixs": Service("Matrix", own_server=True),
    "matrix": Service("Matrix", own_server=True, plain=True),
    "rockets": Service("Rocket.Chat", own_server=True),
    "rocket": Service("Rocket.Chat", own_server=True, plain=True),
    "workflows": Service("Teams", own_server=True),
    "gchat": Service("Google Chat"),
    "discord": Service("Discord"),
    "zulip": Service("Zulip", own_server=True),
    "webex": Service("Webex"),
}
# What services give out are web addresses, which apprise knows: the host, or its end → the scheme, how the path begins.
WEB_ADDRESSES = {
    "hooks.slack.com": ("slack", "/services/"),
    "chat.googleapis.com": ("gchat", "/v1/spaces/"),
    "discord.com": ("discord", "/api/webhooks/"),
    "discordapp.com": ("discord", "/api/webhooks/"),
    ".logic.azure.com": ("workflows", "/workflows/"),
    ".api.powerplatform.com": ("workflows", "/powerautomate/"),
}
# Others of apprise read a file, follow redirects, or leave certificates unverified.
PARAMETERS = {"channel", "channels", "to", "api-version", "sp", "sv", "sig", "key", "token"}
HOOK = re.compile(r"(?P<path>(?:/[\w.~-]+)*)/hooks/(?P<token>[\w-]+)(?:/(?P<second>[\w-]+))?/?", re.ASCII)
CREDENTIALS = re.compile(r"[\w.~%+=/-]*", re.ASCII)
ROCKET_HOOK = re.compile(r"([A-Za-z0-9]+/[A-Za-z0-9]+)@")  # its two parts stand where others have a name
ZULIP = ".zulipchat.com"  # where an organisation is that names no server of its own
HOST = re.compile(r"(?:[\w-]+\.)*[\w-]+", re.ASCII)


class AddressFault(StrEnum):
    """Why an address is not taken."""

    UNKNOWN = "unknown"  # no chat service that we know
    LOGIN = "login"  # a password: it would sign in with each message
    ROOM = "room"  # no token, or no room
    PARAMETER = "parameter"  # something that apprise could be told, and we do not want told
    PLAIN = "plain"  # without TLS
    PRIVATE = "private"  # leads into our own network
    LOST = "lost"  # its host is not found


class AddressError(ValueError):
    """The address is not taken; the text does not repeat it."""

    def __init__(self, fault: AddressFault) -> None:
        self.fault = fault
        super().__init__(fault.value)


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """An address that is taken. `url` is the secret, for apprise; `service` and `host` may be shown."""

    service: str
    url: str
    host: str  # "" for a service that has one place for everybody
    plain: bool


def read_address(text: str) -> ChatAddress:
    """Read an address as somebody pastes it: of apprise, or the web address of a service. Raises AddressError."""
    text = text.strip()
    if not text or len(text) > MAX_LENGTH or not text.isprintable() or " " in text:
        raise AddressError(AddressFault.UNKNOWN)
    scheme = text.partition("://")[0].lower()
    if scheme in {"https", INSECURE}:
        return _read_web_address(text)
    if scheme not in SERVICES:
        raise AddressError(AddressFault.UNKNOWN)
    rest = text.partition("://")[2]
    _check_parameters(rest.partition("?")[2])
    return _read_own_server(scheme, rest) if SERVICES[scheme].own_server else _read_place(scheme, rest)


def _read_place(scheme: str, rest: str) -> ChatAddress:
    """Read what follows `scheme` for a service that has one place for everybody."""
    if ":" in rest.partition("?")[0].rpartition("@")[0]:
        raise AddressError(AddressFault.LOGIN)
    return ChatAddress(SERVICES[scheme].name, f"{scheme}://{rest}", "", SERVICES[scheme].plain)


def _read_own_server(scheme: str, rest: str) -> ChatAddress:
    """Read what follows `scheme` for a service whose addresses name a server."""
    service = SERVICES[scheme]
    before_query, _, query = rest.partition("?")
    credentials, host, path = _split(before_query)
    if service.name == "Matrix":
        _check_matrix(credentials, path)
        # an encrypted room would need keys of its own, and discovery would send the token to whichever host it names
        query = urlencode([*parse_qsl(query), ("e2ee", "no"), ("discovery", "no")])
        rest = f"{before_query}?{query}"
    elif not path and not credentials:
        raise AddressError(AddressFault.ROOM)
    if service.name == "Zulip" and "." not in host:
        host = f"{host}{ZULIP}"
    return ChatAddress(service.name, f"{scheme}://{rest}", host, service.plain)


def _split(before_query: str) -> tuple[str, str, str]:
    """Return credentials, host and path, where apprise cannot read another host. Raises AddressError."""
    hook = ROCKET_HOOK.match(before_query)
    credentials, rest = (hook[1], before_query[hook.end() :]) if hook else ("", before_query)
    authority, _, path = rest.partition("/")
    if not hook:
        credentials, _, authority = authority.rpartition("@")
    if ":" in credentials:
        raise AddressError(AddressFault.LOGIN)
    if not CREDENTIALS.fullmatch(credentials) or "@" in path:
        raise AddressError(AddressFault.UNKNOWN)
    return credentials, _host(authority), path


def _read_web_address(text: str) -> ChatAddress:
    """Read what a service shows to copy, such as `https://chat.example/hooks/…` of Mattermost."""
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise AddressError(AddressFault.UNKNOWN) from None
    if parts.username or parts.password:
        raise AddressError(AddressFault.LOGIN)
    _check_parameters(parts.query)
    for end, (scheme, begins) in WEB_ADDRESSES.items():
        is_there = host == end or (end.startswith(".") and host.endswith(end))
        if is_there and parts.path.startswith(begins) and parts.scheme == "https":
            return ChatAddress(SERVICES[scheme].name, text, "", plain=False)
    hook = HOOK.fullmatch(parts.path)
    if hook is None or not HOST.fullmatch(host):
        raise AddressError(AddressFault.UNKNOWN)
    plain = parts.scheme == INSECURE
    where = f"{host}:{port}" if port else host
    if hook["second"]:  # Rocket.Chat's have two parts
        service, url = "Rocket.Chat", f"rocket{'' if plain else 's'}://{hook['token']}/{hook['second']}@{where}"
    else:
        service, url = "Mattermost", f"mmost{'' if plain else 's'}://{where}{hook['path']}/{hook['token']}"
    return ChatAddress(service, url, host, plain)


def _host(authority: str) -> str:
    host, _, port = authority.partition(":")
    if not HOST.fullmatch(host) or (port and not (port.isascii() and port.isdigit())):
        raise AddressError(AddressFault.UNKNOWN)
    return host.lower()


def _check_parameters(query: str) -> None:
    if any(name not in PARAMETERS for name, _value in parse_qsl(query, keep_blank_values=True)):
        raise AddressError(AddressFault.PARAMETER)


def _check_matrix(token: str, path: str) -> None:
    """Require a token and a room: without, apprise would register an account, and write to every room."""
    rooms = [room for room in unquote(path).split("/") if room]
    if not token or not rooms:
        raise AddressError(AddressFault.ROOM)
