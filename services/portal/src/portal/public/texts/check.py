"""Look at the words of the public pages before they are used: ``python -m portal.public.texts.check FOLDER``.

Says of each file whether it can be used and what is wrong with it, and prints the page as it will read. The exit status
is 1 when anything cannot be used.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from portal import formats
from portal.public.texts.documents import Contacts, Explanations, News, TextPage
from portal.public.texts.loading import MODELS, UnreadableText, read


def check(folder: Path) -> tuple[list[str], bool]:
    """Return what to print about the files of a folder, and whether all of them can be used."""
    told, good = [], True
    for path in sorted(each for each in folder.iterdir() if each.is_file()):
        if path.suffix != ".yaml" or path.stem not in MODELS:
            told.append(f"{path.name}: bruges ikke. Navnene er {', '.join(f'{name}.yaml' for name in MODELS)}.")
            good = False
            continue
        try:
            told += [f"{path.name}: i orden", *(f"    {line}" for line in preview(read(path)))]
        except UnreadableText as refusal:
            told += [f"{path.name}: kan ikke bruges", *(f"    {reason}" for reason in refusal.reasons)]
            good = False
    return told, good


def preview(document: BaseModel) -> Iterator[str]:
    """Return the lines of a document as people will read them."""
    match document:
        case News():
            for item in sorted(document.root, key=lambda each: each.date, reverse=True):
                yield f"{formats.shown_date(item.date)}  {item.title}: {item.text}"
        case TextPage():
            yield from (document.title.upper(), document.lead)
            for section in document.sections:
                yield from ("", section.heading, *section.paragraphs)
                yield from (f"-> {link.text} ({link.href})" for link in section.links)
        case Contacts():
            yield f"Support: {document.support.phone}, {document.support.hours}"
            for authority_id, contact in document.authorities.items():
                facts = ", ".join(str(value) for _, value in contact if value)
                yield f"{formats.authority_name(authority_id)}: {facts}"
        case Explanations():
            yield from _explained(document)


def _explained(document: Explanations) -> Iterator[str]:
    for basis_id, words in document.legal_bases.items():
        yield f"{formats.legal_basis_name(basis_id)}: {words.plain}. {words.about}"
    for told in (document.sanctions, document.themes, document.prices):
        yield from (f"{name}: {text}" for name, text in told.items())


def main(arguments: list[str]) -> int:
    """Check the folder that is named."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: python -m portal.public.texts.check FOLDER", file=sys.stderr)  # noqa: T201
        return 2
    told, good = check(Path(arguments[0]))
    print("\n".join(told))  # noqa: T201
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
