"""What every process needs to know about its surroundings, read from ``TP_*`` environment variables.

In development the variables also stand in ``.local/env/<service>.env`` below the working directory, so that
``python -m <service>.worker`` works from a checkout. The environment wins over the file.
"""

import hashlib
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

LOCAL_ENV = Path(".local/env")


class Settings(BaseSettings):
    """The settings that all services share; each service adds its own in a subclass.

    ``database_url`` has the driver ``postgresql+asyncpg``. ``kafka_username`` is None where the listener asks for
    no login. ``rate_limit_per_second`` and ``rate_limit_burst`` say how often one caller may ask, 0 a second without
    limit; ``rate_limit_exempt`` are networks that are not counted, with commas between them, such as the portal's own;
    named in development, they stand in place of this machine's own addresses.
    ``digest_key`` is any long random text, the same for all processes of a service. ``trace_file`` collects spans
    as JSON lines for development; in operation the OTLP exporter is used, which reads the standard
    ``OTEL_EXPORTER_OTLP_*`` variables.
    """

    model_config = SettingsConfigDict(env_prefix="TP_", extra="ignore", hide_input_in_errors=True)

    service: ClassVar[str]

    environment: Literal["development", "production"] = "production"
    database_url: SecretStr
    database_pool_size: int = 10
    kafka_bootstrap: str
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    kafka_tls: bool = False
    identity_issuer: str
    identity_audience: str
    http_host: str = "127.0.0.1"
    http_port: int = 0
    worker_port: int = 0
    public_url: str = ""
    rate_limit_per_second: float = 20
    rate_limit_burst: int = 200
    rate_limit_exempt: str = ""
    digest_key: SecretStr | None = None
    trace_file: Path | None = None
    log_level: str = "INFO"

    @property
    def secret_of_digests(self) -> bytes:
        """Return the key of every digest that is stored; derived from the database's address when none is set.

        Without it nobody who reads the database can find out what was digested by trying.
        """
        given = self.digest_key.get_secret_value() if self.digest_key else ""
        return hashlib.sha256(f"digests\0{given or self.database_url.get_secret_value()}".encode()).digest()

    @property
    def source(self) -> str:
        """Return the CloudEvents source of everything that this service publishes."""
        return f"/services/{self.service}"

    @classmethod
    def load(cls) -> Self:
        """Read the settings of this process; pydantic's ValidationError names what is missing, without values."""
        return cls(_env_file=LOCAL_ENV / f"{cls.service}.env")
