"""What a setting may be: checks of values, and of what they name on this machine."""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from itertools import pairwise
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from limits.errors import ConfigurationError
from limits.storage import Storage, storage_from_string
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*", re.ASCII)
MAILBOX = re.compile("[^<>]*<([^<>]+)>|([^<>]+)")  # what app/letters/message.py splits
LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII | re.IGNORECASE)
SQLITE_OPTION = re.compile(r"timeout=\d{1,5}", re.ASCII)  # many write it; it changes nothing (app/database.py)
HIGHEST_PORT = 65535
YEARS = range(1900, 2200)  # in which a week has its label (app/weeks.py)
LIMITS_IN_DATABASE = "database://"  # app/rate_limits/storage.py
MIN_SECRET_LENGTH = 32
MIN_VARIETY = 8  # a random key of 32 hexadecimal digits has 14 different ones, fewer than 8 never in practice
DSFR_PACKAGE, DSFR_CORE = "django-dsfr", "core/core.main.min.css"
COMMON_WORDS = ("change", "secret", "password", "example", "development", "insecure")
# The ports that browsers refuse to open: https://fetch.spec.whatwg.org/#port-blocking
REFUSED_PORTS = frozenset(
    {
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104),
        *(109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515),
        *(526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049),
        *(3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    }
)


def split_url(url: str) -> SplitResult | None:
    """Return the parts of `url`; None when it holds white space or its host or port is invalid."""
    try:
        parts = urlsplit(url)
        return None if parts.port == 0 or any(character.isspace() for character in url) else parts
    except ValueError:
        return None


def is_loopback(url: str) -> bool:
    """Return whether the host of `url` is this machine."""
    parts = split_url(url)
    return parts is not None and parts.hostname in LOOPBACK


def is_host(name: str) -> bool:
    """Return whether `name`, in small letters, is that of a host, of any script: no scheme, no port, no path."""
    try:
        return HOST.fullmatch(name.encode("idna").decode()) is not None
    except UnicodeError:  # a part that is empty, or longer than 63 characters
        return False


def is_guessable(key: str) -> bool:
    """Return whether a key was typed rather than drawn: one block repeated, few characters, neighbours in a row."""
    repeats_itself = key in (key + key)[1:-1]
    steps = {ord(second) - ord(first) for first, second in pairwise(key)}
    has_words = any(word in key.lower() for word in COMMON_WORDS)
    return repeats_itself or has_words or min(len(set(key)), len(steps)) < MIN_VARIETY


def is_database_url(url: str) -> bool:
    """Return whether `url` is of SQLite in a file, or of PostgreSQL."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        return False
    if parts.drivername == "sqlite":
        named = parts.database not in {None, "", ":memory:"} and url.isprintable()
        options = url.partition("?")[2]  # others are not for us: a file in memory, or that nobody may write
        return named and (not options or SQLITE_OPTION.fullmatch(options) is not None)
    return parts.drivername == "postgresql+psycopg" and (parts.port or 0) <= HIGHEST_PORT


def sqlite_file(url: str, instance: Path) -> Path | None:
    """Return the file of a SQLite database; a path that is not absolute is below `instance`. None for another one."""
    parts = make_url(url)
    return instance / parts.database if parts.drivername == "sqlite" and parts.database else None


def is_site_url(url: str) -> bool:
    """Return whether `url` may be that of the site: other URLs follow it, so nothing may stand after its path.

    Werkzeug trusts neither an IPv6 address nor a name with an underscore as a host.
    """
    parts = split_url(url)
    if parts is None or parts.scheme not in {"http", "https"} or not is_host(parts.hostname or ""):
        return False
    return set(url).isdisjoint("?#@") and "_" not in parts.netloc and not parts.netloc.endswith(":")


def is_relay_url(url: str) -> bool:
    """Return whether `url` is that of a relay, or of a folder for letters."""
    parts = split_url(url)
    if parts is not None and parts.scheme == "folder":
        return folder_of(url) is not None
    return parts is not None and parts.scheme in {"smtp", "smtps", "smtp+plain"} and _is_reachable(parts.hostname or "")


def has_plain_login(url: str) -> bool:
    """Return whether the user and password in `url` are in ASCII, the only characters that smtplib signs in with."""
    parts = urlsplit(url)
    return unquote(f"{parts.username or ''}{parts.password or ''}").isascii()


def shows_password(url: str) -> bool:
    """Return whether the relay's password would travel for everybody on the way to read."""
    parts = urlsplit(url)
    return parts.scheme == "smtp+plain" and bool(parts.username) and parts.hostname not in LOOPBACK


def folder_of(url: str) -> Path | None:
    """Return the folder that `folder:///path` names; None for anything else."""
    path = unquote(urlsplit(url).path) if url.startswith("folder:///") else ""
    return Path(path) if len(path) > 1 else None


def can_be_made(folder: Path) -> bool:
    """Return whether `folder` is one that we may write into, or can be made."""
    existing = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)


def is_sender(value: str) -> bool:
    """Return whether `value` is one address that letters may come from, alone or as `Name <address>`."""
    mailbox = MAILBOX.fullmatch(value)
    if mailbox is None or not value.isprintable():
        return False
    email = mailbox[1] or mailbox[2]
    local, _, domain = email.rpartition("@")
    return email.isascii() and LOCAL_PART.fullmatch(local) is not None and is_host(domain.lower())


def is_reply_to(value: str) -> bool:
    """Return whether answers may go to `value`: as `is_sender`, or addresses between commas."""
    return is_sender(value) or all(is_sender(each.strip()) and "<" not in each for each in value.split(","))


def is_limits_storage(value: str) -> bool:
    """Return whether counts of attempts can be stored there, with the packages that are installed."""
    if value == LIMITS_IN_DATABASE:
        return True
    try:
        return isinstance(storage_from_string(value), Storage)
    except (ConfigurationError, ValueError):
        return False


@cache
def find_dsfr(path: Path | None) -> Path | None:
    """Return the folder `dist` of the State's design system: in `path`, as npm has it, or in the wheel; or None."""
    if path is not None:
        return next((each for each in (path, path / "dist") if (each / DSFR_CORE).is_file()), None)
    try:
        core = next((each for each in files(DSFR_PACKAGE) or [] if each.match(f"dsfr/dist/{DSFR_CORE}")), None)
    except PackageNotFoundError:
        return None
    return Path(str(core.locate())).parents[1] if core else None


def _is_reachable(host: str) -> bool:
    """Return whether `host` is a name or an address of the network; of an IPv6 address, `urlsplit` has seen to it.

    A name may end in a dot, by which it is looked up as it stands.
    """
    return ":" in host or is_host(host.removesuffix("."))
