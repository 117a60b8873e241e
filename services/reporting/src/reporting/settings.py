"""The settings of ``reporting``."""

import base64
import binascii
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from chassis.settings import Settings

KEY_BYTES = 32


class ReportingSettings(Settings):
    """``cpr_key`` is the AES-256 key of the leaders' CPR numbers: 32 bytes in base64.

    ``confirm_vacancies_days`` is how many days vacancies stand before somebody has to say that they are still right.
    """

    service: ClassVar[str] = "reporting"

    cpr_key: SecretStr
    confirm_vacancies_days: int = Field(default=30, ge=1, le=365)

    @field_validator("cpr_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        try:
            raw = base64.b64decode(value.get_secret_value(), validate=True)
        except binascii.Error:
            raw = b""
        if len(raw) != KEY_BYTES:
            raise ValueError("the key is not 32 bytes in base64")
        return value
