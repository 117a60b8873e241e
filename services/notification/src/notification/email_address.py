"""Addresses of mails: as people write them, and as mails go there."""

from typing import Annotated

from pydantic import AfterValidator

from contracts.contact_details import Email, delivery_address, email
from contracts.text import RefusedText

SenderAddress = Annotated[Email, AfterValidator(delivery_address)]
"""The address that mails come from, as it goes over the wire."""


class UndeliverableAddress(ValueError):
    """No mail can be sent to this address."""


def to_delivery_address(address: str) -> str:
    """Return ``address`` in the one form in which mails go there: lower case, its domain in ASCII.

    UndeliverableAddress for what is no address, and for one that mail servers do not take.
    """
    try:
        return delivery_address(email(address)).lower()
    except RefusedText as error:
        raise UndeliverableAddress from error


def address_key(address: str) -> str:
    """Return what is the same for all spellings of an address: who has it gets one mail."""
    try:
        return to_delivery_address(address)
    except UndeliverableAddress:
        return address.lower()
