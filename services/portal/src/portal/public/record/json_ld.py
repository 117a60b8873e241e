"""What search engines are told of a public tilbud, as Schema.org has it. Pure."""

from typing import Any

from contracts.form import FieldType
from portal import formats
from portal.public.record.links import link_of
from portal.public.record.parts import Json


def json_ld(tilbud: Json, address: str) -> dict[str, Any]:
    """Return the organisation at ``address``, the canonical one of its page; nothing of a secret place."""
    contact = tilbud["steps"].get("contact", {})
    found = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": address,
        "url": address,
        "name": tilbud["name"],
        "identifier": tilbud["id"],
        "telephone": contact.get("phone"),
        "email": contact.get("email"),
        "sameAs": link_of(FieldType.URL, str(contact.get("website") or "")),
        "areaServed": formats.municipality_in_full(tilbud["municipality"]),
        "address": None if tilbud["address_hidden"] else _address(contact.get("address") or {}),
        "parentOrganization": _operator(tilbud["operator_name"]),
    }
    return {name: value for name, value in found.items() if value}


def _operator(name: str) -> dict[str, Any] | None:
    """Return who runs it; None while CVR has not said who that is."""
    return {"@type": "Organization", "name": name} if name else None


def _address(address: Json) -> dict[str, Any]:
    parts = {
        "streetAddress": address.get("street"),
        "postalCode": address.get("postcode"),
        "addressLocality": address.get("city"),
    }
    known = {name: value for name, value in parts.items() if value}
    return {"@type": "PostalAddress", "addressCountry": "DK", **known} if known else {}
