"""What every process of a service does before its work begins."""

import gc

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.settings import Settings
from chassis.telemetry import set_up_telemetry


def set_up_process(settings: Settings, engine: AsyncEngine) -> None:
    """Configure logs and traces, and leave what is loaded by now out of every later search for garbage.

    That search would stop the process for 50 ms each time and find nothing.
    """
    set_up_telemetry(settings, engine)
    gc.collect()
    gc.freeze()
