"""The settings of signing in through an identity provider (OpenID Connect), read by `config.py` as the others are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import config_checks as check

Get = Callable[[str, str], str]  # the name of a setting and its default → its value
Refuse = Callable[[str, bool, str], None]  # notes a fault of the named setting unless it is valid

OF_A_PROVIDER = ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ACR", "OIDC_LINK_BY_ADDRESS")  # nobody else's
ANYBODY, COORDINATORS = "provider", "coordinators"  # for whom a level of OIDC_ACR is required
CLIENT_AUTH = ("", "client_secret_basic", "client_secret_post")


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """One identity provider, and what is asked of it. Each is described in `.env.example`."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    scopes: tuple[str, ...] = ("openid", "email")
    pkce: bool = False
    token_auth: str = ""  # by what the provider says
    levels: tuple[str, ...] = ()
    levels_for: str = ANYBODY
    link_by_address: tuple[str, ...] = ()  # the issuers whose addresses are believed

    @property
    def coordinators_need_level(self) -> bool:
        """Whether somebody who coordinates has to sign in through the provider, at one of `levels`."""
        return bool(self.levels) and self.levels_for == COORDINATORS


def read_oidc(get: Get, refuse: Refuse) -> OidcSettings | None:
    """Return the settings of the provider, None without OIDC_ISSUER; every fault is noted with `refuse`."""
    issuer = get("OIDC_ISSUER", "")
    if not issuer:
        others = [name for name in OF_A_PROVIDER if get(name, "")]
        refuse(
            "OIDC_ISSUER", not others, f"missing, and {', '.join(others)} set; name the provider, or leave these out"
        )
        return None
    refuse("OIDC_ISSUER", is_issuer(issuer), f"{issuer!r} is no https:// URL of a provider, as its discovery names it")
    for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
        refuse(name, bool(get(name, "")), "missing; the provider gives one to each service")
    scopes = tuple(get("OIDC_SCOPES", "openid email").split())
    refuse("OIDC_SCOPES", "openid" in scopes, "without openid it is not OpenID Connect; add it")
    pkce, token_auth = get("OIDC_PKCE", "no"), get("OIDC_TOKEN_AUTH", "")
    refuse("OIDC_PKCE", pkce in {"no", "yes"}, f"{pkce!r} is not yes or no")
    refuse("OIDC_TOKEN_AUTH", token_auth in CLIENT_AUTH, f"{token_auth!r} is not {' or '.join(CLIENT_AUTH[1:])}")
    levels, levels_for = tuple(get("OIDC_ACR", "").split()), get("OIDC_ACR_FOR", ANYBODY)
    choices = (ANYBODY, COORDINATORS)
    refuse("OIDC_ACR_FOR", levels_for in choices, f"{levels_for!r} is not one of {', '.join(choices)}")
    refuse("OIDC_ACR_FOR", bool(levels) or levels_for == ANYBODY, "requires a level, and OIDC_ACR names none")
    believed = tuple(get("OIDC_LINK_BY_ADDRESS", "").split())
    for other in believed:
        refuse("OIDC_LINK_BY_ADDRESS", is_issuer(other), f"{other!r} is no https:// URL of a provider")
    refuse("OIDC_LINK_BY_ADDRESS", not believed or "email" in scopes, "needs the scope email in OIDC_SCOPES")
    return OidcSettings(
        issuer=issuer,
        client_id=get("OIDC_CLIENT_ID", ""),
        client_secret=get("OIDC_CLIENT_SECRET", ""),
        name=get("OIDC_NAME", "") or (urlsplit(issuer).hostname if is_issuer(issuer) else None) or issuer,
        scopes=scopes,
        pkce=pkce == "yes",
        token_auth=token_auth,
        levels=levels,
        levels_for=levels_for,
        link_by_address=believed,
    )


def is_issuer(url: str) -> bool:
    """Return whether `url` may be that of a provider: https://, or http:// on this machine; a path and nothing more."""
    parts = check.split_url(url)
    if parts is None or not parts.hostname or parts.query or parts.fragment or parts.username:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and check.is_loopback(url))
