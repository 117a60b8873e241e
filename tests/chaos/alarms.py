"""The alarms of deploy/prometheus, and whether a rule holds for what a process says at ``/metrics``.

The rules are simple on purpose: a metric, perhaps with labels, perhaps its increase, above a number. How long a
condition must hold before Prometheus alerts anybody is not waited for.
"""

import re
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.parser import text_string_to_metric_families

FILE = Path(__file__).parents[2] / "deploy" / "prometheus" / "alarms.yaml"
RULES: dict[str, dict[str, Any]] = {
    rule["alert"]: rule for group in yaml.safe_load(FILE.read_text())["groups"] for rule in group["rules"]
}
_EXPRESSION = re.compile(
    r'(?P<increase>increase\()?(?P<metric>\w+)(?:\{(?P<label>\w+)="(?P<value>\w+)"\})?(?:\[\w+\]\))? > (?P<limit>\d+)'
)
Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


@dataclass(frozen=True)
class Process:
    """A process whose alarms are watched; ``before`` is what its metrics were when the watch began."""

    port: int
    before: Series

    @classmethod
    def at(cls, port: int) -> "Process":
        """Begin to watch the process that listens on ``port``."""
        return cls(port, _scrape(port))

    def raised(self) -> set[str]:
        """Return the names of the alarms whose rules hold now."""
        series = _scrape(self.port)
        return {name for name, rule in RULES.items() if _holds(rule["expr"], series, self.before)}


def _scrape(port: int) -> Series:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=15) as answer:
        families = text_string_to_metric_families(answer.read().decode())
        return {(one.name, frozenset(one.labels.items())): one.value for each in families for one in each.samples}


def _holds(expression: str, now: Series, before: Series) -> bool:
    parts = _EXPRESSION.fullmatch(expression)
    assert parts, f"this rule is not simple: {expression}"
    wanted = {(parts["label"], parts["value"])} if parts["label"] else set()
    return any(
        value - (before.get((name, labels), 0) if parts["increase"] else 0) > int(parts["limit"])
        for (name, labels), value in now.items()
        if name == parts["metric"] and wanted <= labels
    )
