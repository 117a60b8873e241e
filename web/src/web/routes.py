"""What an app offers: which route an address leads to, by which methods, and who may call it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.types import Scope

from web.auth import declares_access, is_public, is_read, needs_token
from web.request_bodies import BodyLimit
from web.turns import one_at_a_time


@dataclass(frozen=True)
class OfferedRoute:
    """A route: its addresses, its methods, who may call it, whether it only reads, its turns, and its longest body."""

    addresses: re.Pattern[str]
    methods: frozenset[str]
    public: bool
    needs_token: bool
    reads: bool
    one_at_a_time: bool
    body_limit: BodyLimit | None = None

    @property
    def is_open(self) -> bool:
        """Return whether everybody may read by it."""
        return self.public and self.reads


class RouteTable:
    """The routes of an app by address, as far as they are declared with it; mounted files are not."""

    def __init__(self, routes: Iterable[OfferedRoute]) -> None:
        self._routes = tuple(routes)

    @classmethod
    def of(cls, app: FastAPI) -> "RouteTable":
        """Return the table of everything that ``app`` offers now."""
        contexts = iter_route_contexts(app.routes)
        found = [
            (each, tuple(calls_of(each.dependant))) for each in contexts if isinstance(each.original_route, APIRoute)
        ]
        return cls(
            OfferedRoute(
                each.path_regex,
                frozenset(each.methods or ()),
                any(map(is_public, calls)),
                any(map(needs_token, calls)),
                "GET" in (each.methods or ()) or any(map(is_read, calls)),
                one_at_a_time in calls,
                next((each.body_limit for each in calls if hasattr(each, "body_limit")), None),
            )
            for each, calls in found
        )

    def find(self, scope: Scope) -> OfferedRoute | None:
        """Return the route that a request leads to; None where there is none."""
        matching = (route for route in self._routes if scope["method"] in route.methods)
        return next((route for route in matching if route.addresses.match(scope["path"])), None)

    def methods(self, path: str) -> frozenset[str]:
        """Return every method that an address answers; nothing where it leads nowhere."""
        offered = frozenset[str]().union(*(route.methods for route in self._routes if route.addresses.match(path)))
        return _with_standard_ones(offered)

    def open_methods(self, path: str) -> frozenset[str]:
        """Return the methods by which everybody may read what is at an address; none where nobody may."""
        found = (route.methods for route in self._routes if route.is_open and route.addresses.match(path))
        methods = frozenset[str]().union(*found)
        return methods | {"HEAD"} if "GET" in methods else methods


def route_table(request: Request) -> RouteTable:
    """Return the table of the app that ``request`` came to, made once."""
    state = request.app.state
    if not hasattr(state, "route_table"):
        state.route_table = RouteTable.of(request.app)
    table: RouteTable = state.route_table
    return table


def undeclared(app: FastAPI) -> list[str]:
    """Return the paths of the routes that do not say who may call them."""
    contexts = [each for each in iter_route_contexts(app.routes) if isinstance(each.original_route, APIRoute)]
    return [str(each.path) for each in contexts if not any(map(declares_access, calls_of(each.dependant)))]


def _with_standard_ones(methods: frozenset[str]) -> frozenset[str]:
    if not methods:
        return methods
    return methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else frozenset())


def calls_of(dependant: Any) -> Iterable[Any]:
    """Yield every function that a route depends on, directly or through another."""
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from calls_of(dependency)
