"""The file that comes with the form of a step: sent after the step itself is saved, so that nothing else is lost."""

from chassis.errors import FieldError
from portal.clients import Refused, ServiceClient, segment
from portal.reporting.step_page import StepPage, load_step_page
from portal.sessions.uploaded_form import UploadedForm
from portal.stored_files import PDF, file_field
from web.errors import TooLarge

# The largest file that reporting takes, and what is typed beside it.
MOST_BYTES = 6 * 1024 * 1024
CONFIRMED = "without-cpr"
LARGE = "Filen er for stor. Den må højst fylde 5 MB. Gem den i en lavere opløsning, og vælg den igen."
# What is said of the file, and not of the tilbud or of who sends it.
ABOUT_FILE = frozenset({"unusable-file", "conflict", "stale", TooLarge.slug})


async def with_file(
    services: ServiceClient, saved: StepPage, upload: UploadedForm
) -> tuple[StepPage, list[FieldError]]:
    """Send the file that came with a step, which is saved; return the step as it is then, and why it was refused."""
    field = file_field(saved.step)
    if field is None or not upload.has_file:
        return saved, []
    if upload.is_too_large:
        return saved, [FieldError(f"/{field}", "file-too-large", LARGE)]
    tilbud_id, step_id = saved.tilbud["id"], saved.step.id
    path = f"/v1/tilbud/{segment(tilbud_id)}/draft/steps/{segment(step_id)}/files/{field}"
    confirmed = "?confirmed_without_cpr=true" if upload.fields.text(CONFIRMED) else ""
    try:
        await services.put_file("reporting", path + confirmed, upload.content, PDF, saved.etag)
    except Refused as refusal:
        if refusal.slug not in ABOUT_FILE:
            raise
        detail = LARGE if refusal.slug == TooLarge.slug else refusal.reasons[0].detail
        return saved, [FieldError(f"/{field}", refusal.slug, detail)]
    return await load_step_page(services, tilbud_id, step_id), []
