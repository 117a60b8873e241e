"""The words that an operator may change: used at once, checked before, and never a reason for a page to fail."""

import os
from pathlib import Path
from typing import Any

import pytest

from portal.public.texts.check import check, main
from portal.public.texts.documents import TextPage
from portal.public.texts.loading import MODELS, Texts, UnreadableText, parse

NEWS = "- {date: 2027-01-02, title: Ny overskrift, text: Ny tekst}\n"


def test_ours_can_be_used() -> None:
    texts = Texts(None)
    assert texts.news()[0].date >= texts.news()[-1].date
    for name, model in MODELS.items():
        if model is TextPage:
            assert texts.page(name).sections


def test_a_file_takes_the_place_of_ours_at_once_and_goes_again(tmp_path: Path) -> None:
    texts = Texts(tmp_path)
    ours = texts.news()
    file = tmp_path / "news.yaml"
    file.write_text(NEWS)
    assert [item.title for item in texts.news()] == ["Ny overskrift"]
    file.write_text(NEWS.replace("Ny overskrift", "Rettet"))
    os.utime(file, (1, 1))
    assert [item.title for item in texts.news()] == ["Rettet"]
    file.unlink()
    assert texts.news() == ours


@pytest.mark.parametrize(
    "written",
    [
        "- [",
        "\x00",
        "- {date: i går, title: x, text: y}",
        "- {date: 2026-02-30, title: x, text: y}",
        "[" * 5_000,
        "&a [*a]",
        "a" * 300_000,
        "",
    ],
)
def test_what_cannot_be_read_leaves_what_stood_there(tmp_path: Path, written: str) -> None:
    texts = Texts(tmp_path)
    file = tmp_path / "news.yaml"
    file.write_text(NEWS)
    os.utime(file, (1, 1))
    assert texts.news()[0].title == "Ny overskrift"
    file.write_text(written)
    assert texts.news()[0].title == "Ny overskrift"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("klage", "{title: x, lead: y, sections: [{heading: h, links: [{text: t, href: 'javascript:alert(1)'}]}]}"),
        ("klage", "{title: x, lead: y, sections: [{heading: h, links: [{text: t, href: '//ond.example'}]}]}"),
        ("klage", "{title: x, lead: 'Ring til 010190-1234 om det'}"),
        ("klage", "{title: x, lead: y, html: z}"),
        ("contacts", "{support: {phone: '1234', hours: x}, authorities: {findes-ikke: {phone: '12345678'}}}"),
        ("contacts", "{support: {phone: 'ring', hours: x}}"),
    ],
)
def test_what_may_not_stand_there_is_refused(name: str, written: str) -> None:
    with pytest.raises(UnreadableText):
        parse(name, written)


@pytest.mark.parametrize(
    ("name", "written", "reason"),
    [
        (
            "klage",
            "title: x\nlead: y\nsections:\n- heading: h\n- paragraphs: [t]\n",
            "linje 5, sections.2.heading: Feltet skal udfyldes.",
        ),
        ("klage", "title: x\nlead: y\nhtml: z\n", "linje 3, html: Feltet findes ikke."),
        ("klage", "title: x\nlead:\n  Ring til 010190-1234\n", "linje 2, lead: Teksten indeholder et cpr-nummer."),
        (
            "contacts",
            "support:\n  hours: x\n  phone: ring\n",
            "linje 3, support.phone: Værdien har ikke den rigtige form.",
        ),
        ("news", "- date: 2027-01-01\n  title: x\n", "linje 1, 1.text: Feltet skal udfyldes."),
        ("news", "tekst", "linje 1, filen: "),
    ],
)
def test_what_is_wrong_has_its_line_and_field(name: str, written: str, reason: str) -> None:
    with pytest.raises(UnreadableText) as refusal:
        parse(name, written)
    assert any(each.startswith(reason) for each in refusal.value.reasons), refusal.value.reasons


def test_the_command_shows_what_will_be_read_and_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "news.yaml").write_text(NEWS)
    told, good = check(tmp_path)
    assert good
    assert "    02.01.2027  Ny overskrift: Ny tekst" in told
    (tmp_path / "nyheder.yaml").write_text(NEWS)
    (tmp_path / "klage.yaml").write_text("{title: x}")
    told, good = check(tmp_path)
    assert not good
    assert "klage.yaml: kan ikke bruges" in told
    assert any("lead" in line for line in told)
    assert main([str(tmp_path)]) == 1
    assert main([]) == 2


async def test_the_pages_show_what_the_operator_wrote(browser: Any, app: Any, tmp_path: Path) -> None:
    app.state.texts = Texts(tmp_path)
    contact = "socialtilsyn-nord: {phone: '12 34 56 78', email: post@nord.example, hours: Hverdage kl. 9-14}"
    (tmp_path / "contacts.yaml").write_text(
        f"support: {{phone: '87 65 43 21', hours: Altid}}\nauthorities:\n  {contact}\n", encoding="utf-8"
    )
    (tmp_path / "klage.yaml").write_text("{title: Klag <her>, lead: Sådan}", encoding="utf-8")
    client = await browser()
    assert (
        '<a href="tel:+4512345678">12 34 56 78</a>, Hverdage kl. 9-14'
        in (await client.get("/kontakt/socialtilsyn-nord")).text
    )
    assert "<h1>Klag &lt;her&gt;</h1>" in (await client.get("/klage")).text


async def test_r2_the_national_operator_sees_drafts_before_they_are_used(
    browser: Any, app: Any, settings: Any, tmp_path: Path
) -> None:
    drafts = tmp_path / "kladde"
    drafts.mkdir()
    (drafts / "klage.yaml").write_text("{title: Klag <her>, lead: Sådan, sections: [{heading: Før, paragraphs: [a]}]}")
    (drafts / "news.yaml").write_text("- date: 2027-01-01\n  title: Ny\n")
    (drafts / "ord.yaml").write_text("x")
    app.state.settings = settings.model_copy(update={"texts_dir": tmp_path})
    app.state.texts = Texts(tmp_path)
    page = await (await browser("national-operator")).get("/tekster/kladder")
    assert page.status_code == 200
    for told in (
        "<h3>Klag &lt;her&gt;</h3>",
        "<h4>Før</h4>",
        "news.yaml kan ikke bruges",
        "Linje 1, 1.text: Feltet skal",
    ):
        assert told in page.text
    assert "Klag &lt;her&gt;" not in (await (await browser()).get("/klage")).text
    assert (await (await browser("officer-nord-a")).get("/tekster/kladder")).status_code == 403
