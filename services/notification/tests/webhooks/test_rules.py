"""Which addresses are called, and how a call is signed."""

from datetime import timedelta

import pytest

from chassis.errors import Invalid
from notification.webhooks.rules import address_to_call, checked_url, is_public_address, pause_after, signature


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "2002:7f00:1::", "64:ff9b::7f00:1", "ff02::1", "fec0::1",
    ],
)  # fmt: skip
def test_networks_of_our_own_are_never_called(address: str) -> None:
    assert not is_public_address(address)
    assert address_to_call(["93.184.216.34", address], is_development=False) is None
    assert address_to_call([address], is_development=True) == address


def test_the_open_internet_is_called_at_the_address_that_was_checked() -> None:
    assert address_to_call(["93.184.216.34", "2606:2800:220:1::1"], is_development=False) == "93.184.216.34"
    assert address_to_call([], is_development=True) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://system.example/x", "ftp://system.example", "https://", "https:///x", "https://a@system.example/",
        "https://system.example/#x", "https://system.example:99999/", "https://system.example:0/", "javascript:1",
        "https://sys\ttem.example", "https://blåbær.example", "https://[::1", "//system.example", "x",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        checked_url(url, is_development=False)


def test_plain_http_is_for_development() -> None:
    assert checked_url("http://127.0.0.1:1/x", is_development=True) == "http://127.0.0.1:1/x"
    assert checked_url("https://system.example/x?y=1", is_development=False) == "https://system.example/x?y=1"


def test_a_signature_is_that_of_standard_webhooks() -> None:
    # The example of the specification's reference libraries.
    secret, message, moment = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    body = b'{"test": 2432232314}'
    assert signature(secret, message, moment, body) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_call_is_given_up_after_a_while() -> None:
    assert [pause_after(number) for number in (1, 2, 7, 8)] == [
        timedelta(seconds=30), timedelta(minutes=2), timedelta(hours=2), None,
    ]  # fmt: skip
