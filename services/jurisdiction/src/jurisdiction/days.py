"""The days that one may ask about."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from chassis.clock import today
from contracts.dates import FORM_DATES, Day
from contracts.text import RefusedText


def _in_range(day: date) -> date:
    try:
        FORM_DATES.refuse_outside(day, today())
    except RefusedText as refused:
        raise PydanticCustomError(refused.code, "{detail}", {"detail": refused.detail}) from None
    return day


AskedDay = Annotated[Day, AfterValidator(_in_range)]
"""A day of this century, up to ten years ahead."""
