"""One corpus of texts that make trouble somewhere, for every entrance and every exit."""

# What an office program, a telephone or another country puts into honest texts.
HONEST = (
    "Elm\u00a0&\u00a0Ask",
    "  Solsikken\u2007 ",
    "Cafe\u0301 Rose",
    "Bo\u00adfællesskabet Ege\u200bly",
    "\u202aSol\u202c\u2068sikken\u2069",
    "Sol\r\nsikken\x0bto\u2028tre\u2029fire\x85fem",
    "Sol\tsikken",
    "\ufeffSolsikken\ufe0f",
    "Familien \U0001f469\u200d\U0001f467 1\ufe0f\u20e3",
    "O'Connors “Have” 3-kløveren_2",
    "سلام Αθήνα 太陽",
    "\uf0b7 Solsikken",
)
# What should do harm on a page, in a mail, a file or a query; to the gate they are texts like any other.
HARMFUL = (
    "=?utf-8?q?Hej=0D=0ABcc:x@ond.example?=",
    "https://ond.example/login?a=",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "# Overskrift",
    "%00 %0d%0a ${7*7} {{7*7}}",
    "'; drop table tilbud; --",
    "../../etc/passwd",
    "<a@b.example>,c@ond.example",
)
BLANK = (
    "",
    " ",
    "\u200b",
    "\u3164",
    "\u2800",
    "\u00ad",
    "\ufeff",
    "\u200e",
    "\u202e",
    "\r\n",
    "\u0301",
    "\u115f\u2060",
)
UNSHOWABLE = ("Sol\x00", "\x1b[1mSol", "Sol\x07", "Sol\x7f", "Sol\x9f", "Sol\uffff", "Sol\ue000", "a" + "\u0301" * 100)
CPR_NUMBERS = (
    "Karen 010190-1234",
    "670190-1234",
    "010190.1234",
    "01 01 90 1234",
    "01-01-1990-1234",
    "0101\ufe0f901234",
    "０１０１９０－１２３４",
    "010190\u20431234",
)
ADDRESSES = (
    "karen@blomst.example",
    "Karen@BLÅBÆR.example",
    "post@solhus.example\u200b",
    "k@straße.example",
    "jørgen@blomst.example",
    "karen..k@blomst.example",
    ".karen@blomst.example",
    "karen@-blomst.example",
    "a,b@blomst.example",
    "karen@localhost",
    "mailto:karen@blomst.example",
)
PHONES = (
    "\u202a98000000\u202c",
    "\u2068+45 98 00 00 00\u2069",
    "98\u00a000\u00a000\u00a000",
    "+298 123456",
    "9800",
    "٩٨٠٠٠٠٠٠",
)
NASTY_TEXTS = (*HONEST, *HARMFUL, *BLANK, *UNSHOWABLE, *CPR_NUMBERS, "x" * 200, "x" * 201, "é" * 200, "e\u0301" * 200)
