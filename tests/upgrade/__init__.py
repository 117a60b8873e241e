"""A database of an earlier commit, kept as a fixture: it is migrated with its data, and the services work on it.

``make upgrade-fixture FROM=../before`` makes the fixture from a running checkout of that commit.
"""
