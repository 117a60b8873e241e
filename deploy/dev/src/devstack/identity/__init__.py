"""The development identity provider: OpenID Connect for the personas of the demonstration data.

It trusts whoever asks, so it listens on loopback only and refuses to start outside development.
"""
