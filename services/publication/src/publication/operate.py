"""Commands for the operator of ``publication``."""

from chassis.operate import create_cli
from publication.settings import PublicationSettings

cli = create_cli(PublicationSettings.load)

if __name__ == "__main__":
    cli()
