"""Verify what a provider has signed: ID tokens, and the answer about a person where it is signed as well."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

# With the provider's public keys only: `none` proves nothing, and HS256 would take whatever knows our secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
CLOCK_SKEW = 120  # seconds by which the provider's clock may differ from ours
# What a token that cannot be read raises, beside JoseError.
UNREADABLE = (JoseError, ValueError, TypeError, KeyError)


def verify_id_token(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, access_token: str, now: datetime
) -> dict[str, Any]:
    """Return the claims of an ID token (OpenID Connect Core, section 3.1.3.7). Raises one of UNREADABLE."""
    decoded = jwt.decode(token, keys, registry=_registry())
    options = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
        "sub": {"essential": True},
    }
    params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    claims = CodeIDToken(decoded.claims, decoded.header, options, params)
    claims.validate(now=int(now.timestamp()), leeway=CLOCK_SKEW)
    return dict(claims)


def verify_userinfo(token: str, keys: KeySet, *, issuer: str, client_id: str, now: datetime) -> dict[str, Any]:
    """Return the claims of a signed answer about a person (section 5.3.2). Raises one of UNREADABLE."""
    decoded = jwt.decode(token, keys, registry=_registry())
    JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=CLOCK_SKEW,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        sub={"essential": True},
    ).validate(decoded.claims)
    return decoded.claims


def _registry() -> JWSRegistry:
    return JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
