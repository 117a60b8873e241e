"""The settings of ``reporting``."""

from pathlib import Path
from typing import ClassVar, Self

from pydantic import Field, SecretStr, model_validator

from chassis.settings import Settings


class ReportingSettings(Settings):
    """``cpr_key`` is the AES-256 key of the leaders' CPR numbers: 32 bytes in base64.

    ``cpr_key_file`` takes its place where keys change: one key on each line, the one that encrypts first, read again
    whenever the file is another one. A ``cpr_key`` beside it then only decrypts.
    ``jurisdiction_url``: who says which authority is right for a new tilbud; without it nobody is asked.
    ``confirm_vacancies_days`` is how many days vacancies stand before somebody has to say that they are still right.
    """

    service: ClassVar[str] = "reporting"

    cpr_key: SecretStr | None = None
    cpr_key_file: Path | None = None
    jurisdiction_url: str = ""
    confirm_vacancies_days: int = Field(default=30, ge=1, le=365)

    @model_validator(mode="after")
    def _has_keys(self) -> Self:
        if self.cpr_key is None and self.cpr_key_file is None:
            raise ValueError("TP_CPR_KEY_FILE or TP_CPR_KEY is missing")
        return self
