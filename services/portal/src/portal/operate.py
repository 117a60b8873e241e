"""The operator's commands of the portal: ``python -m portal.operate``.

The portal owns no state that others need. All of its overview rows follow from the topics, and none of its handlers
has an effect outside: so they can be made again as a whole.
"""

from operations.cli import Rebuilding, create_cli
from operations.projected_tables import ProjectedTable
from operations.shadow_tables import Projection
from portal.consumers import subscriptions
from portal.models import Case, Follower, Subject, Tilsyn
from portal.settings import PortalSettings

OVERVIEW = Projection(subscriptions(), tuple(ProjectedTable.of(model) for model in (Subject, Case, Tilsyn, Follower)))

cli = create_cli(PortalSettings.load, kept=OVERVIEW, rebuilt=Rebuilding())

if __name__ == "__main__":
    cli()
