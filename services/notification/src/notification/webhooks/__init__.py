"""Calls to the address of a user program: the same news as the mails, without any name (Standard Webhooks)."""
