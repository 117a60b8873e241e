"""A database of an earlier commit, kept as a fixture: it is migrated with its data, and the services work on it.

``make upgrade-fixture FROM=../before`` makes the fixture from a running checkout of that commit, where before it
``SEED_SIZE=12 make up`` and ``make walk`` were run. The people and CPR numbers in it are invented, so the key in
``fixture/about.json`` is no secret.
"""
