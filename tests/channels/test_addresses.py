"""Which addresses are taken, and where they may lead."""

from __future__ import annotations

import pytest

from app.channels import hosts
from app.channels.addresses import AddressError, AddressFault, read_address
from app.channels.hosts import check_host
from tests.channels.chat import load_apprise

HOOK = "k7x3w9q5z1m8n2b6v4c0aaaaaa"
ZULIP = "lqn6mpwpam6VZzbCW0o7olmk3hwbQSKa"
SLACK = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
TAKEN = [
    (f"https://chat.example/hooks/{HOOK}", "Mattermost", "chat.example", f"mmosts://chat.example/{HOOK}"),
    (
        f"https://chat.example:8065/a/b/hooks/{HOOK}",
        "Mattermost",
        "chat.example",
        f"mmosts://chat.example:8065/a/b/{HOOK}",
    ),
    (f" mmosts://chat.example/{HOOK}?channel=bulletins ", "Mattermost", "chat.example", None),
    (f"https://hooks.slack.com/services/{SLACK}", "Slack", "", None),
    (f"slack://{SLACK}/#general", "Slack", "", None),
    ("https://chat.example/hooks/5f0c/7aXy", "Rocket.Chat", "chat.example", "rockets://5f0c/7aXy@chat.example"),
    (
        "matrixs://syt_abc@matrix.agent.tchap.gouv.fr/!room:agent.tchap.gouv.fr",
        "Matrix",
        "matrix.agent.tchap.gouv.fr",
        "matrixs://syt_abc@matrix.agent.tchap.gouv.fr/!room:agent.tchap.gouv.fr?e2ee=no&discovery=no",
    ),
    (
        "https://prod-00.westeurope.logic.azure.com:443/workflows/643e/triggers/manual/paths/invoke"
        "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODu",
        "Teams",
        "",
        None,
    ),
    ("workflows://hooks.example:443/643e69f8/KODu", "Teams", "hooks.example", None),
    (f"zulip://bulletins@promotion/{ZULIP}", "Zulip", "promotion.zulipchat.com", None),
    (f"zulip://bulletins@chat.zulip.example/{ZULIP}", "Zulip", "chat.zulip.example", None),
    ("https://chat.googleapis.com/v1/spaces/AAAA/messages?key=kkkk&token=tttt", "Google Chat", "", None),
]
REFUSED = [
    ("", AddressFault.UNKNOWN),
    ("chat.example", AddressFault.UNKNOWN),
    ("https://chat.example/", AddressFault.UNKNOWN),
    ("https://evil.example/services/x", AddressFault.UNKNOWN),
    ("https://hooks.slack.com.evil.example/services/x", AddressFault.UNKNOWN),
    ("https://[::1/hooks/a", AddressFault.UNKNOWN),
    ("file:///etc/passwd", AddressFault.UNKNOWN),
    ("json://localhost/x", AddressFault.UNKNOWN),
    ("xml://localhost", AddressFault.UNKNOWN),
    ("mailtos://user:pass@mail.example", AddressFault.UNKNOWN),
    ("syslog://", AddressFault.UNKNOWN),
    ("schan://x", AddressFault.UNKNOWN),
    (f"mmosts://chat.example/{HOOK} x", AddressFault.UNKNOWN),
    (f"mmosts://chat.example/{HOOK}\0", AddressFault.UNKNOWN),
    (f"mmosts://chat.exam\u200bple/{HOOK}", AddressFault.UNKNOWN),
    ("x" * 100_000, AddressFault.UNKNOWN),
    ("matrixs://user:password@matrix.example/#room", AddressFault.LOGIN),
    ("rockets://user:password@chat.example/#room", AddressFault.LOGIN),
    ("https://user:password@chat.example/hooks/abc", AddressFault.LOGIN),
    ("matrixs://matrix.example/#room", AddressFault.ROOM),
    ("matrixs://token@matrix.example", AddressFault.ROOM),
    ("mmosts://chat.example", AddressFault.ROOM),
    # Each of these would show us one host, and lead apprise to another.
    (f"mmosts://127.0.0.1/hook@chat.example/{HOOK}", AddressFault.UNKNOWN),
    (f"mmosts://127.0.0.1\\@chat.example/{HOOK}", AddressFault.UNKNOWN),
    (f"mmosts://127.0.0.1#@chat.example/{HOOK}", AddressFault.UNKNOWN),
    ("matrixs://token@127.0.0.1/!x@chat.example/!room", AddressFault.UNKNOWN),
    ("rockets://chat.example:80/c@127.0.0.1/hook", AddressFault.UNKNOWN),
    ("rockets://a_b/c@chat.example", AddressFault.UNKNOWN),
    ("workflows://host/a/b?template=/etc/passwd", AddressFault.PARAMETER),
    (f"mmosts://chat.example/{HOOK}?redirect=yes", AddressFault.PARAMETER),
    (f"mmosts://chat.example/{HOOK}?verify=no", AddressFault.PARAMETER),
    (f"mmosts://chat.example/{HOOK}?icon_url=https://elsewhere.example/x.png", AddressFault.PARAMETER),
    ("matrixs://token@matrix.example/!room:x?mode=slack", AddressFault.PARAMETER),
    (f"https://chat.example/hooks/{HOOK}?+X-Header=1", AddressFault.PARAMETER),
]


@pytest.mark.parametrize(("text", "service", "host", "url"), TAKEN)
def test_what_chat_services_give_out_is_taken(text: str, service: str, host: str, url: str | None) -> None:
    address = read_address(text)
    assert (address.service, address.host, address.plain) == (service, host, False)
    assert address.url == (url or text.strip())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what apprise imports
@pytest.mark.parametrize("text", [text for text, _service, host, _url in TAKEN if host])
def test_apprise_goes_to_the_host_that_was_checked(text: str) -> None:
    apprise = pytest.importorskip("apprise")
    load_apprise()
    address = read_address(text)
    notifier = apprise.Apprise.instantiate(address.url)
    assert notifier.host in {address.host, address.host.removesuffix(".zulipchat.com")}


@pytest.mark.parametrize("address", ["workflows://127.0.0.1:8080/643e/KODu", f"zulip://b@169.254.169.254/{ZULIP}"])
def test_a_service_that_may_have_a_server_of_its_own_leads_to_none_of_ours(address: str) -> None:
    with pytest.raises(AddressError) as refusal:
        check_host(read_address(address), set())
    assert refusal.value.fault is AddressFault.PRIVATE


@pytest.mark.parametrize(("text", "fault"), REFUSED)
def test_everything_else_is_refused_and_not_repeated(text: str, fault: AddressFault) -> None:
    with pytest.raises(AddressError) as refusal:
        read_address(text)
    assert refusal.value.fault is fault
    assert str(refusal.value) == fault.value


@pytest.mark.parametrize(
    ("host", "fault"),
    [
        ("127.0.0.1", AddressFault.PRIVATE),
        ("localhost", AddressFault.PRIVATE),
        ("10.1.2.3", AddressFault.PRIVATE),
        ("169.254.169.254", AddressFault.PRIVATE),
        ("2130706433", AddressFault.PRIVATE),  # 127.0.0.1 as one number
        ("0x7f.1", AddressFault.PRIVATE),
        ("no-such-host.invalid", AddressFault.LOST),
        ("9.9.9.9", None),
    ],
)
def test_an_address_leads_to_the_public_network_or_where_the_settings_say(
    host: str, fault: AddressFault | None
) -> None:
    address = read_address(f"mmosts://{host}/{HOOK}")
    check_host(address, {host})
    if fault is None:
        check_host(address, set())
        return
    with pytest.raises(AddressError) as refusal:
        check_host(address, {"another.example"})
    assert refusal.value.fault is fault


def test_a_name_that_leads_to_several_places_must_lead_to_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", (ip, 0)) for ip in ("9.9.9.9", "::ffff:10.0.0.1")]
    monkeypatch.setattr(hosts.socket, "getaddrinfo", lambda *_args, **_options: found)
    with pytest.raises(AddressError):
        check_host(read_address(f"mmosts://chat.example/{HOOK}"), set())


def test_without_tls_only_where_the_settings_say() -> None:
    address = read_address(f"http://chat.example/hooks/{HOOK}")
    check_host(address, {"chat.example"})
    with pytest.raises(AddressError) as refusal:
        check_host(address, set())
    assert refusal.value.fault is AddressFault.PLAIN
