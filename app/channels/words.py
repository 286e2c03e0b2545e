"""Why the address of a chat channel is not taken, in words that say what to do."""

from __future__ import annotations

from app.channels.addresses import AddressFault
from app.i18n import lazy_gettext as _l

FAULTS = {
    AddressFault.UNKNOWN: _l(
        "This is not the address of a chat service that we know. Paste it whole, as the service shows it."
    ),
    AddressFault.LOGIN: _l(
        "This address holds a name and a password: each message would sign in anew. Use a webhook or, for Matrix and "
        "Tchap, an access token."
    ),
    AddressFault.ROOM: _l("The token or the channel is missing from this address."),
    AddressFault.PARAMETER: _l(
        "This address carries an option that we do not take. Leave out what follows the question mark."
    ),
    AddressFault.PLAIN: _l(
        "This address is not encrypted on its way. Use the one that begins with https:// or ends in s://."
    ),
    AddressFault.PRIVATE: _l(
        "This address leads into a private network. Whoever runs this site can allow its server (CHAT_HOSTS)."
    ),
    AddressFault.LOST: _l("The server of this address is not found. Check how it is spelled."),
}
