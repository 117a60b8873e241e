"""Load the demonstration data into the running system: ``python -m devstack.seed [--size 200]``."""

import argparse
import asyncio
import os
import sys
import time

from devstack.demonstration.loading import Loader

DEFAULT_SIZE = 200


def main() -> int:
    """Load the named tilbud and as many generated ones as asked for; what is there already stays as it is."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--size", type=int, default=int(os.environ.get("SEED_SIZE", DEFAULT_SIZE)))
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)

    asyncio.run(Loader(say).load(parser.parse_args().size))
    say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
