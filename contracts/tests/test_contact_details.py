import pytest

from contracts.contact_details import delivery_address, email, phone, website
from contracts.text import RefusedText


@pytest.mark.parametrize(
    ("typed", "stored", "delivered"),
    [
        ("karen@blomst.example", "karen@blomst.example", "karen@blomst.example"),
        ("Karen.H@BLÅBÆR.Example", "Karen.H@blåbær.example", "Karen.H@xn--blbr-roah.example"),
        ("k@xn--blbr-roah.example", "k@blåbær.example", "k@xn--blbr-roah.example"),
        ("k@straße.example", "k@straße.example", "k@xn--strae-oqa.example"),
        ("post@solhus.example\u200b", "post@solhus.example", "post@solhus.example"),
        ("\u00a0o'x+y_z@sub.x.example ", "o'x+y_z@sub.x.example", "o'x+y_z@sub.x.example"),
    ],
)
def test_an_address_is_stored_as_people_write_it_and_delivered_as_servers_do(
    typed: str, stored: str, delivered: str
) -> None:
    assert email(typed) == stored
    assert delivery_address(stored) == delivered


@pytest.mark.parametrize(
    "typed",
    [
        "karen..k@x.example",
        ".karen@x.example",
        "karen.@x.example",
        "k@-blomst.example",
        "k@blomst-.example",
        "k@blomst..example",
        "k@blomst.example.",
        "k@blomst_er.example",
        "jørgen@x.example",
        "straße@x.example",
        "a,b@x.example",
        "<a_x>,c@x.example",
        "a@x.example,evil",
        "a@b@x.example",
        '"a b"@x.example',
        "mailto:a@x.example",
        "Karen <k@x.example>",
        "k@localhost",
        "k@127.0.0.1",
        "k@[127.0.0.1]",
        "k@x\u3002example",
        "k@xn--a.example",
        "a" * 65 + "@x.example",
        "k@" + "b" * 64 + ".example",
        "k@" + ("b" * 60 + ".") * 5 + "example",
        "k@x.1",
        "uden snabel-a",
    ],
)
def test_an_address_that_no_mail_reaches_is_refused(typed: str) -> None:
    with pytest.raises(RefusedText) as refused:
        email(typed)
    assert refused.value.code in ("invalid-format", "too-long")
    assert typed not in refused.value.detail


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("\u202a98000000\u202c", "98000000"),
        ("\u2068+45 98 00 00 00\u2069", "98000000"),
        ("98\u00a000\u00a000\u00a000", "98000000"),
        ("98000000", "98000000"),
        ("+298 123456", "+298123456"),
        ("+299 12 34 56", "+299123456"),
    ],
)
def test_a_phone_number_comes_out_of_what_a_contact_list_puts_around_it(typed: str, stored: str) -> None:
    assert phone(typed) == stored


@pytest.mark.parametrize(
    "typed", ["9800000", "98-00-00-00", "٩٨٠٠٠٠٠٠", "0045 98000000", "98000000,98000001", "+0 123456"]
)
def test_what_is_no_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(RefusedText):
        phone(typed)


@pytest.mark.parametrize(
    "address", ["https://x.example", "http://x.example:8080/a?b=c#d", "https://blåbær.example/å", "HTTPS://X.example"]
)
def test_a_website_is_stored_as_it_is(address: str) -> None:
    assert website(f"\u200b{address}\u00a0") == address


@pytest.mark.parametrize(
    "address",
    [
        "https://tilbudsportalen.dk@ond.example/",
        "https://x.example:80@ond.example",
        "https://x.example\\@ond.example",
        "https://x.example:99999",
        "https://x.example:/",
        "https://x.example:0",
        "https://x",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://ex%61mple.example",
        "https://x\uff0eexample",
        "https:///x.example",
        "//x.example",
        "www.x.example",
        "javascript:alert(1)//x.example",
        "ftp://x.example",
        'https://x.example/"onmouseover="a',
        "https://x.example/<b>",
        "https://x.example/010180-1234",
        "https://x.example/" + "a" * 500,
    ],
)
def test_a_website_that_tricks_is_refused(address: str) -> None:
    with pytest.raises(RefusedText):
        website(address)
