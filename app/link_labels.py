"""A link whose label shows one address and that opens another: where it really leads. Values in, values out."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?", re.IGNORECASE)
SCHEME = re.compile(r"\A(?:https?:/*)?", re.IGNORECASE)
INVISIBLE = {"Cf", "Mn"}  # Unicode's categories of signs that a name may hold without showing it


def host_to_tell(label: str, url: str) -> str:
    """Return the host (of a `mailto:` the address) to tell beside `label`, which shows another; empty when none is.

    A label shows an address when one stands anywhere in it: `https://…`, `www.…`, `name@host`, `a.b/c`. One of the form
    `https://name@host` is read as `name`, so its host is told, too.
    """
    target = _target(url)
    shown = ADDRESS.findall(_as_read(label))
    return target if any(_target(one) != target or ("//" in one and "@" in one) for one in shown) else ""


def _target(url: str) -> str:
    """Return the host of `url`, with or without scheme, but for `www.`; the address of a `mailto:` or `name@host`.

    The host is the one to which a browser goes: it reads a backslash as a slash, and more than two slashes as two
    (https://url.spec.whatwg.org/#url-parsing). What has no host is returned whole.
    """
    if url.lower().startswith("mailto:") or ("@" in url and "/" not in url):
        return url.lower().removeprefix("mailto:").partition("?")[0]
    after_scheme = SCHEME.sub("", url.replace("\\", "/"))
    try:
        host = urlsplit(f"https://{after_scheme}").hostname or url
    except ValueError:
        host = url
    return host.removeprefix("www.").rstrip(".")


def _as_read(label: str) -> str:
    """Return `label` as its reader sees it: full-width signs and stops as plain ones, nothing invisible."""
    plain = unicodedata.normalize("NFKC", label).replace("\N{IDEOGRAPHIC FULL STOP}", ".")
    return "".join(sign for sign in plain if unicodedata.category(sign) not in INVISIBLE)
