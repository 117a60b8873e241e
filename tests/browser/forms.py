"""Fills a step of the form with an example, the way a person does: row by row, field by field."""

from typing import Any

from tests.browser.chromium import Visitor


def fill_step(visitor: Visitor, data: dict[str, Any]) -> None:
    """Fill every field of the step that the page shows; what the portal fills in itself is left alone."""
    _fill(visitor, data, "")


def _fill(visitor: Visitor, value: Any, pointer: str) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _fill(visitor, inner, f"{pointer}/{name}")
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        count = visitor.page.locator(f'input[name="{pointer}#"]')
        for index, row in enumerate(value):
            if int(count.input_value()) <= index:
                # Nothing typed so far may be lost by it.
                visitor.click(f'button[value="add:{pointer}"]')
            _fill(visitor, row, f"{pointer}/{index}")
    elif value is not None and visitor.page.locator(f'[name="{pointer}"]').count():
        _answer(visitor, pointer, value)


def _answer(visitor: Visitor, pointer: str, value: Any) -> None:
    field = visitor.page.locator(f'[name="{pointer}"]').first
    if field.locator("xpath=ancestor::*[@hidden]").count():
        # It waits for an answer, and without JavaScript it comes when that is saved.
        visitor.click("button[value=save] >> nth=0")
    kind = field.get_attribute("type") or field.evaluate("each => each.tagName.toLowerCase()")
    if kind == "hidden":
        # The id of a row, which the portal makes: the example's is needed where other steps name it.
        field.evaluate("(each, id) => { each.value = id }", str(value))
    elif isinstance(value, list):
        visitor.choose(pointer, *value)
    elif isinstance(value, bool):
        visitor.choose(pointer, "true" if value else "false")
    elif kind in {"radio", "select"}:
        visitor.choose(pointer, str(value))
    else:
        visitor.fill(pointer, _typed(pointer, value))


def _typed(pointer: str, value: Any) -> str:
    if pointer.endswith("_oere"):
        return f"{value / 100:.2f}".replace(".", ",")
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)
