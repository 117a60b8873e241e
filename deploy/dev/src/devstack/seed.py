"""Load the demonstration data through the services' own interfaces: ``python -m devstack.seed``."""

import sys


def main() -> int:
    """Load the data; nothing yet."""
    return 0


if __name__ == "__main__":
    sys.exit(main())
