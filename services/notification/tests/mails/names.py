"""Names of tilbud that want to be more than names in a mail."""

import base64
import quopri

EVIL = "https://ond.example/login?a="
INJECTION = f"Hej\r\nBcc: x@y.example\r\nContent-Type: text/html\r\n\r\n<a href='{EVIL}'>Log ind</a><!--"
CHARSETS = (
    "utf-8",
    "us-ascii",
    "iso-8859-1",
    "windows-1252",
    "utf-16",
    "utf-7",
    "koi8-r",
    "gb2312",
    "unknown-8bit",
    "",
)


def _encoded_words(charset: str) -> tuple[str, ...]:
    try:
        content = INJECTION.encode(charset)
    except LookupError:
        content = INJECTION.encode()
    quoted = quopri.encodestring(content, header=True).decode().replace("\n", "=0A").replace("\r", "=0D")
    return (
        f"=?{charset}?b?{base64.b64encode(content).decode()}?=",
        f"=?{charset}?q?{quoted}?=",
        f"Sol =?{charset.upper()}*da?Q?{quoted}?= sikken",
    )


ENCODED_WORDS = (
    "=?utf-8?q?Hej=0D=0ABcc:x@y.example?=",
    "=?utf-8?q?Ny_kode=0D=0AContent-Type:text/html=0D=0A=0D=0A<a_href=3D'https://ond.example'>Log_ind</a><!--?=",
    "=?utf-8?q?=3D=3Futf-8=3Fq=3FHej=3D0D=3D0ABcc=3Fx=40y=2Eexample=3F=3D?=",
    "=?utf-8?q?delt?= =?utf-8?q?_i_to?=",
    "=?utf-8?q?",
    "?=",
    *(word for charset in CHARSETS for word in _encoded_words(charset)),
)
LINE_BREAKS = tuple(
    f"Sol{mark}Bcc: alle@ond.example{mark}{mark}sikken"
    for mark in (
        "\r\n", "\n", "\r", "\n\r", "\r\n ", "\r\n\t", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028",
        "\u2029", "%0d%0a", "\\r\\n", "=0D=0A", "=0d=0a", "&#13;&#10;", "\u240d\u240a", "\uff1a\r\n", "\x1b[2J",
    )
)  # fmt: skip
LONG = (
    "Ø" * 200, "a" * 2_000, "Sol " * 500, "æ ø å " * 200, "\U0001f33b" * 200, "👩‍👩‍👧‍👦" * 40, "a\u0308" * 300,
    "=" * 400, "." * 1_100, "日本" * 150,
)  # fmt: skip
OTHER_SCRIPTS = (
    "\u202eneksiklos", "\u2066Sol\u2069sikken", "حضانة الشمس", "גן חמניות (CRV-1)", "Ege\u200bly", "Bo\u00adhus",
    "Elm\u00a0&\u00a0Ask", "Sol\ufeffsikken", "Sol\U000e0041sikken", "\ufdd0Sol\ufdd1sikken", "\ufdd1\ufdd0",
)  # fmt: skip
ADDRESSES = (
    "<a@b.example>,c@d.example", '"Sol" <a@ond.example>', "a@ond.example, b@ond.example", "Alle: a@b.example;",
    "(kommentar) a@b.example", '\\"', '"', "<>", "sol@ond.example (x)", ";", "Bcc:", "Subject: x", 'a=b; c="d"',
)  # fmt: skip
MARKUP = (
    "- x", "* x", "+ x", "# x", "## x", "> x", ">> x", "| a | b |", "1. x", "1) x", "-- ", "---", "***", "===", "```",
    "    x", "[x](https://ond.example)", "![x](https://ond.example/a.png)", "<https://ond.example>", "**x**", "`x`",
    "[Åbn på Tilbudsportalen]", "- a\n- b\n- c", "1. a\n2. b", "\n\n[Åbn på Tilbudsportalen]\n\n", "From nu", ".",
    "--=_boundary--", "<b>fed</b>", "</p><h1>x</h1>", "</title><script>alert(1)</script>", "&lt;b&gt;",
    '" onclick="x',
    "<img src=x onerror=y>", "{{ 7 * 7 }}", "{% raw %}", "%(name)s", "{name}", "$name", "<!-- x -->", "]]>",
)  # fmt: skip
LINKS = (
    EVIL, "http://ond.example", "HTTPS://OND.EXAMPLE/x", "www.ond.example", "ond.example", "ond.example/sti?x=1",
    "ftp://ond.example", "mailto:a@ond.example", "javascript:x", "data:text/html,x", "//ond.example",
    "tel:+4598000000",
    "https://portal.example@ond.example/", "ond。example", "ond．example", "xn--ond-0na.example", "a@b.example",
    "Se https://ond.example og www.ond.example", "(https://ond.example)", '"https://ond.example"',
)  # fmt: skip
PLAIN_NAMES = (
    "Solsikken", "Bofællesskabet “Åkanden”", "O'Connors Have", "3-kløveren", "Kær_Huset", "St. Hans Have", "Hus 1.2",
    "Fyr & Flamme", "A/S Kløver", "Ældrecenter Ørum (vest)", "🙂", "Café Rosé",
)  # fmt: skip
NAMES = (*ENCODED_WORDS, *LINE_BREAKS, *LONG, *OTHER_SCRIPTS, *ADDRESSES, *MARKUP, *LINKS, *PLAIN_NAMES)
