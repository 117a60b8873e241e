"""Every page and form of the portal with its policy. No form is sent with a token, so none has an effect."""

from contracts.access import Privilege
from tests.access import policy
from tests.access.policy import Operation

REPORTING = "/indberet/tilbud/{id}"
CASE_OF_REPORTER = "/indberet/tilbud/{id}/sager/{case_id}"
MOVED_RECEIPT = "/indberet/tilbud/{id}/kvittering?case={submission_id}"

PAGES = {
    "/": Operation(policy.anybody, "/"),
    "/plejefamilier": Operation(policy.anybody, "/plejefamilier"),
    "/plejefamilier/egne-oplysninger": Operation(policy.anybody, "/plejefamilier/egne-oplysninger"),
    "/kontakt": Operation(policy.anybody, "/kontakt"),
    "/whistleblow": Operation(policy.anybody, "/whistleblow"),
    "/tilgaengelighed": Operation(policy.anybody, "/tilgaengelighed"),
    "/kontakt/{authority_id}": Operation(policy.anybody, "/kontakt/socialtilsyn-nord"),
    "/klage": Operation(policy.anybody, "/klage"),
    "/magtanvendelse": Operation(policy.anybody, "/magtanvendelse"),
    "/privatliv": Operation(policy.anybody, "/privatliv"),
    "/data": Operation(policy.anybody, "/data"),
    "/sammenlign": Operation(policy.anybody, "/sammenlign"),
    "/sammenlign.csv": Operation(policy.anybody, "/sammenlign.csv"),
    "/sammenlign.xlsx": Operation(policy.anybody, "/sammenlign.xlsx"),
    "/takster": Operation(policy.anybody, "/takster"),
    "/find-plads": Operation(policy.anybody, "/find-plads"),
    "/tekster/kladder": Operation(policy.holder(Privilege.RUN_OPERATIONS), "/tekster/kladder"),
    "/mit-overblik": Operation(policy.signed_in, "/mit-overblik"),
    "/soeg": Operation(policy.anybody, "/soeg"),
    "/vejledning": Operation(policy.anybody, "/vejledning"),
    "/vejledning/{kind}/{step_id}": Operation(policy.anybody, "/vejledning/tilbud/places"),
    "/problems": Operation(policy.anybody, "/problems"),
    "/problems/{slug}": Operation(policy.anybody, "/problems/not-found"),
    "/tilbud/{tilbud_id}": Operation(policy.reader_of_what_is_public, "/tilbud/{id}"),
    "/tilbud/{tilbud_id}/historik": Operation(policy.reader_of_what_is_public, "/tilbud/{id}/historik"),
    "/gem-soegning": Operation(policy.anybody, "/gem-soegning"),
    "/mails": Operation(policy.signed_in, "/mails"),
    "/mails/systemer": Operation(policy.signed_in, "/mails/systemer"),
    "/mails/afmeld/{token}": Operation(policy.holder_of_the_link, "/mails/afmeld/x"),
    "/mails/bekraeft/{token}": Operation(policy.holder_of_the_link, "/mails/bekraeft/x"),
    "/indberet": Operation(policy.whoever_reports_something, "/indberet"),
    "/indberet/mange": Operation(policy.signed_in, "/indberet/mange"),
    "/indberet/mange/skabelon.xlsx": Operation(policy.whoever_runs_tilbud, "/indberet/mange/skabelon.xlsx?step=budget"),
    "/indberet/mange/{upload_id}/rettelser.xlsx": Operation(
        policy.writer_of_the_upload, "/indberet/mange/none/rettelser.xlsx"
    ),
    "/indberet/mange/{upload_id}": Operation(policy.writer_of_the_upload, "/indberet/mange/none"),
    "/indberet/tilbud/{tilbud_id}/trin/{step_id}/kopier": Operation(policy.reporter, f"{REPORTING}/trin/values/kopier"),
    "/indberet/tilbud/{tilbud_id}/filer/{file_id}": Operation(policy.writer_of_the_upload, f"{REPORTING}/filer/none"),
    "/oekonomi/tilbud/{tilbud_id}": Operation(policy.viewer, "/oekonomi/tilbud/{id}"),
    "/indberet/mangler": Operation(policy.signed_in, "/indberet/mangler"),
    "/indberet/tilbud/{tilbud_id}": Operation(policy.reporter, REPORTING),
    "/indberet/tilbud/{tilbud_id}/trin/{step_id}": Operation(policy.reporter, f"{REPORTING}/trin/values"),
    "/indberet/tilbud/{tilbud_id}/opsummering": Operation(policy.reporter, f"{REPORTING}/opsummering"),
    "/indberet/tilbud/{tilbud_id}/ledige-pladser": Operation(policy.viewer, f"{REPORTING}/ledige-pladser"),
    "/indberet/tilbud/{tilbud_id}/leders-cpr-nummer": Operation(policy.viewer, f"{REPORTING}/leders-cpr-nummer"),
    "/indberet/tilbud/{tilbud_id}/kvittering": Operation(policy.signed_in, MOVED_RECEIPT),
    "/indberet/tilbud/{tilbud_id}/sager/{case_id}/kvitteringer/{receipt_id}": Operation(
        policy.viewer, f"{CASE_OF_REPORTER}/kvitteringer/latest"
    ),
    "/indberet/tilbud/{tilbud_id}/sager/{case_id}/kvittering": Operation(
        policy.case_viewer, f"{CASE_OF_REPORTER}/kvittering"
    ),
    "/indberet/tilbud/{tilbud_id}/sager/{case_id}/kvittering.pdf": Operation(
        policy.case_viewer, f"{CASE_OF_REPORTER}/kvittering.pdf"
    ),
    "/indberet/tilbud/{tilbud_id}/sager/{case_id}": Operation(policy.viewer, CASE_OF_REPORTER),
    "/godkend": Operation(policy.holder(Privilege.APPROVE_TILBUD), "/godkend"),
    "/godkend/arbejdsliste": Operation(policy.holder(Privilege.APPROVE_TILBUD), "/godkend/arbejdsliste"),
    "/godkend/tilbud/{tilbud_id}": Operation(policy.case_officer, "/godkend/tilbud/{id}"),
    "/godkend/tilbud/{tilbud_id}/myndighed": Operation(policy.authority_changer, "/godkend/tilbud/{id}/myndighed"),
    "/godkend/tilbud/{tilbud_id}/myndighed/{handover_id}": Operation(
        policy.changer_without_a_handover, "/godkend/tilbud/{id}/myndighed/{case_id}"
    ),
    "/godkend/sager/{case_id}": Operation(policy.case_officer, "/godkend/sager/{case_id}"),
    "/godkend/sager/{case_id}/valg": Operation(policy.case_officer, "/godkend/sager/{case_id}/valg"),
    "/godkend/sager/{case_id}/filer/{file_id}": Operation(
        policy.officer_with_the_file, "/godkend/sager/{case_id}/filer/none"
    ),
    "/godkend/sager/{case_id}/kvittering": Operation(policy.case_officer, "/godkend/sager/{case_id}/kvittering"),
    "/godkend/sager/{case_id}/kvittering.pdf": Operation(
        policy.case_officer, "/godkend/sager/{case_id}/kvittering.pdf"
    ),
    "/godkend/sager/{case_id}/historik.{extension}": Operation(
        policy.case_officer, "/godkend/sager/{case_id}/historik.csv"
    ),
    "/kraever-afgoerelse": Operation(policy.holder(Privilege.RUN_OPERATIONS), "/kraever-afgoerelse"),
    "/kraever-afgoerelse/{undecided_id}": Operation(
        policy.operator_without_a_question, "/kraever-afgoerelse/{case_id}"
    ),
    "/opret": Operation(policy.holder(Privilege.CREATE_TILBUD), "/opret"),
    "/opret/ansoegninger": Operation(policy.application_approver, "/opret/ansoegninger"),
    "/opret/ansoegninger/{tilbud_id}": Operation(policy.approver_of_application, "/opret/ansoegninger/{id}"),
    "/opret/kvittering/{tilbud_id}": Operation(policy.creator, "/opret/kvittering/{id}"),
    "/tilsyn/tilbud/{tilbud_id}": Operation(policy.tilsyn_viewer, "/tilsyn/tilbud/{id}"),
    "/tilsyn/opret/{tilbud_id}": Operation(policy.tilsyn_creator, "/tilsyn/opret/{id}"),
    "/tilsyn/ret/{tilbud_id}/{tilsyn_id}": Operation(policy.tilsyn_creator, "/tilsyn/ret/{id}/{tilsyn_id}"),
    "/tilsyn/akut-brug": Operation(policy.sees_emergency_uses, "/tilsyn/akut-brug"),
    "/tilsyn/akut-brug/ny": Operation(policy.registers_emergency_uses, "/tilsyn/akut-brug/ny"),
    "/stikproever": Operation(policy.signed_in, "/stikproever"),
    "/stikproever/ny": Operation(policy.holder(Privilege.RUN_SAMPLES), "/stikproever/ny"),
    "/stikproever/{sample_id}": Operation(policy.sees_the_sample, "/stikproever/0193a1b0-0000-7000-8000-0000000000c1"),
    "/tilsyn/ubrugte-godkendelser": Operation(policy.holder(Privilege.APPROVE_TILBUD), "/tilsyn/ubrugte-godkendelser"),
    "/tilsyn/frister": Operation(policy.holder(Privilege.APPROVE_TILBUD), "/tilsyn/frister"),
    "/tilsyn/{tilsyn_id}": Operation(policy.tilsyn_viewer, "/tilsyn/{tilsyn_id}"),
}

# Whoever sends these has no session to abuse: they do nothing in anybody's name.
OPEN_FORMS = ("/gem-soegning", "/find-plads")

FORMS = (
    "/mails",
    "/mails/afmeld/{token}",
    "/mails/bekraeft/{token}",
    "/mails/systemer",
    "/mails/systemer/{webhook_id}/proev",
    "/mails/systemer/{webhook_id}/slet",
    "/foelg/{tilbud_id}",
    "/indberet/mange",
    "/indberet/mangler",
    "/indberet/tilbud/{tilbud_id}/start",
    "/indberet/tilbud/{tilbud_id}/gendan",
    "/indberet/tilbud/{tilbud_id}/trin/{step_id}",
    "/indberet/tilbud/{tilbud_id}/trin/{step_id}/kopier",
    "/indberet/tilbud/{tilbud_id}/opsummering",
    "/indberet/tilbud/{tilbud_id}/ledige-pladser",
    "/indberet/tilbud/{tilbud_id}/leders-cpr-nummer",
    "/indberet/tilbud/{tilbud_id}/sager/{case_id}/send",
    "/indberet/tilbud/{tilbud_id}/sager/{case_id}/afslut",
    "/godkend/arbejdsliste",
    "/godkend/sager/{case_id}/afgoerelse/{step}",
    "/godkend/sager/{case_id}/visning",
    "/godkend/sager/{case_id}/godkendelser",
    "/godkend/sager/{case_id}/indsend",
    "/godkend/sager/{case_id}/luk",
    "/godkend/tilbud/{tilbud_id}/myndighed",
    "/godkend/tilbud/{tilbud_id}/myndighed/tilbage",
    "/kraever-afgoerelse/{undecided_id}",
    "/opret",
    "/opret/ansoegninger/{tilbud_id}",
    "/stikproever/ny",
    "/stikproever/{sample_id}/{act_path}",
    "/tilsyn/akut-brug/ny",
    "/tilsyn/akut-brug/{use_id}/forlaeng",
    "/tilsyn/akut-brug/{use_id}/afslut",
    "/tilsyn/opret/{tilbud_id}",
    "/tilsyn/ret/{tilbud_id}/{tilsyn_id}",
)
