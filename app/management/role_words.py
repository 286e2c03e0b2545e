"""What the roles are called on the coordination's pages."""

from __future__ import annotations

from app.i18n import lazy_gettext as _l
from app.teams.roles import Role

ROLE_WORDS = {
    Role.EIG: _l("EIG"),
    Role.MENTOR: _l("Mentor"),
    Role.COORDINATOR: _l("Coordination"),
    Role.ALUMNI: _l("Alumni: reads only"),
}
