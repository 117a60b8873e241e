"""The mail catcher: takes every mail by SMTP, delivers none, and shows them as JSON over HTTP."""
