"""The closed list of codes of what is wrong at one place: HTTP errors, receipts and forms use the same."""

from importlib.resources import files
from typing import NamedTuple

import yaml


class ErrorCode(NamedTuple):
    """What a code means: a label in Danish, and the sentence of an answer in English."""

    label: str
    english: str


ERROR_CODES = {
    code: ErrorCode(each["label"], each["english"])
    for code, each in yaml.safe_load(files("contracts").joinpath("error_codes.yaml").read_text("utf-8")).items()
}
ENGLISH_DETAILS = {code: each.english for code, each in ERROR_CODES.items()}
