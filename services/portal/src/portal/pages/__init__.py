"""The pages, each module with a router of its own."""

from portal.pages import front, login

ROUTERS = (front.router, login.router)
