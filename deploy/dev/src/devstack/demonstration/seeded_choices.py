"""Chance that is the same at every run, and values that are dealt out like cards, so that each of them comes up."""

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

SEED = 20261122

Card = TypeVar("Card")


def chance(*place: object) -> random.Random:
    """Return a source of chance of its own for ``place``, so that what is drawn there moves nothing elsewhere."""
    return random.Random(" ".join(map(str, (SEED, *place))))  # noqa: S311  Demonstration data need no secrecy.


def deal(deck: str, cards: Sequence[Card], number: int) -> Card:
    """Return the card that ``number`` (0 and up) gets from the deck of that name.

    The first ``len(cards)`` numbers get every card once, the next as many again in another order, and so on: how many
    numbers there are changes nothing for those that are there.
    """
    turn, place = divmod(number, len(cards))
    return cards[_shuffled(deck, len(cards), turn)[place]]


def weighted(weights: Mapping[Card, int]) -> tuple[Card, ...]:
    """Return a deck in which each card lies as often as its weight says."""
    return tuple(card for card, weight in weights.items() for _ in range(weight))


@lru_cache(maxsize=1024)
def _shuffled(deck: str, size: int, turn: int) -> list[int]:
    return chance("deck", deck, turn).sample(range(size), size)
