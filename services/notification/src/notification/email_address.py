"""What counts as an address for mails."""

from typing import Annotated

from pydantic import StringConstraints

# The simplest form that has a name, an @ and a domain; whether somebody reads it shows when a mail bounces.
EmailAddress = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254
    ),
]
