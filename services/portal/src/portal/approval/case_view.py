"""What an officer wants to see of a case, and what is typed there and not saved yet."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlencode

from fastapi import Depends, Query

from portal.change_overview import CaseSection, Json
from portal.form.form_data import FormData

Flag = Literal["", "1"]
Fold = Literal["", "open", "closed"]


@dataclass(frozen=True)
class CaseView:
    """Which sections are shown, and which of them are open. It stands in the address, so that every choice keeps it.

    ``context`` adds the approved steps that the case does not hold. Without a ``fold`` those are open that wait for a
    choice.
    """

    only_changed: Flag = ""
    context: Flag = ""
    fold: Fold = ""

    @property
    def query(self) -> str:
        """Return the view as the query of an address; empty for the usual one."""
        chosen = {name: value for name, value in vars(self).items() if value}
        return f"?{urlencode(chosen)}" if chosen else ""

    def having(self, **changes: str) -> str:
        """Return the query of the view with some of it changed."""
        return replace(self, **cast("Any", changes)).query

    def shows(self, section: CaseSection) -> bool:
        """Return whether a section is on the page."""
        if not section.reported:
            return bool(self.context) or section.goes
        return section.has_news or not self.only_changed

    def opens(self, section: CaseSection) -> bool:
        """Return whether a section is unfolded when the page comes."""
        if self.fold:
            return self.fold == "open"
        return section.reported and not (section.choice and section.choice["verdict"])


def _case_view(
    only_changed: Annotated[Flag, Query()] = "",
    context: Annotated[Flag, Query()] = "",
    fold: Annotated[Fold, Query()] = "",
) -> CaseView:
    return CaseView(only_changed, context, fold)


View = Annotated[CaseView, Depends(_case_view)]


class Typed:
    """What is typed into the one form of the page, step by step: reasons, and the fields that a rejection points at.

    Where nothing was typed the saved choice stands. ``saved`` is a step whose choice has just been saved.
    """

    def __init__(self, form: FormData | None = None, *, saved: str = "") -> None:
        self._form = form
        self._saved = saved

    def reason(self, choice: Json) -> str:
        """Return the reason that stands in the text field of a step."""
        name = f"reason:{choice['step']}"
        if self._form is None or name not in self._form or choice["step"] == self._saved:
            return choice["reason"] or ""
        return self._form.typed(name)

    def reasons(self) -> dict[str, str]:
        """Return every reason that stands in a text field, by its step: also where the case does not show its steps."""
        form = self._form or FormData({})
        names = [name for name in form if name.startswith("reason:")]
        return {name.removeprefix("reason:"): form.typed(name) for name in names if form.text(name)}

    def fields(self, choice: Json) -> list[str]:
        """Return the pointers whose boxes are ticked at a step."""
        if self._form is None or f"reason:{choice['step']}" not in self._form or choice["step"] == self._saved:
            return list(choice["fields"])
        return self._form.texts(f"fields:{choice['step']}")

    def unsaved(self, steps: list[Json]) -> list[Json]:
        """Return the steps at which something stands that is not saved."""
        return [
            step
            for step in steps
            if _words(self.reason(step)) != _words(step["reason"] or "")
            or set(self.fields(step)) != set(step["fields"])
        ]


def _words(text: str) -> list[str]:
    return text.split()
