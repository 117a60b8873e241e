"""The operator's commands: ``python -m publication.operate``.

The state of a tilbud follows from the topics, and the public record and its search rows from the state: all of it can
be made again. The public history and the feed are primary: a rebuild only appends differences to them.
"""

from operations.cli import Rebuilding, Republishing, create_cli
from operations.projected_tables import ProjectedTable
from operations.shadow_tables import Projection
from publication.consumers import subscriptions
from publication.publishing.maintenance import rebuild, republish
from publication.rates.models import RateRow
from publication.records.models import Tilbud, TilsynRow
from publication.search.models import SearchRow
from publication.settings import PublicationSettings

# Versions are counted here, so they differ where facts came in another order.
_NOT_COMPARED = {"tilbud_id", "version", "department_id", "valid_from", "valid_to", "document", "item"}
_SEARCHED = tuple(column.name for column in SearchRow.__table__.columns if column.name not in _NOT_COMPARED)
_RATED = tuple(column.name for column in RateRow.__table__.columns if not column.primary_key)
_KEPT_OF_TILSYN = tuple(
    column.name for column in TilsynRow.__table__.columns if not column.primary_key and column.computed is None
)
PROJECTION = Projection(
    subscriptions(),
    (
        # All else follows from the state, and is made so by ``rebuild``: also that an address becomes a secret in
        # the past, and that a tilbud which nothing is known of any more is gone.
        ProjectedTable.of(
            Tilbud, "known", derived=("address_hidden", "record - 'version'"), where="known <> '{}'", emptied=True
        ),
        ProjectedTable.of(TilsynRow, *_KEPT_OF_TILSYN),
        ProjectedTable("search_rows", ("tilbud_id", "department_id"), derived=_SEARCHED, where="valid_to IS NULL"),
        ProjectedTable("rates", ("tilbud_id", "department_id", "number"), derived=_RATED),
    ),
)

cli = create_cli(
    PublicationSettings.load,
    owned=Republishing(Tilbud.id, republish),
    kept=PROJECTION,
    rebuilt=Rebuilding(finish=rebuild),
)

if __name__ == "__main__":
    cli()
