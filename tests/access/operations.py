"""Every route of the services' APIs with its policy and a request for it."""

from contracts.access import Privilege
from contracts.examples import read_example
from tests.access import policy
from tests.access.policy import Json, Operation

# No resource has this tag: a write that gets as far as its precondition changes nothing.
STALE = {"If-Match": '"nobody-has-this"'}
ROUTING: Json = {"legal_bases": ["botilbud-laengerevarende"], "municipality": "0851"}
INCOMPLETE: Json = {"name": ""}
AGREEMENT: Json = {"type": "delegation", "authority": "nobody", "valid_from": "2026-01-01", "source": "Prøve."}
TILSYN: Json = {
    "tilbud_id": "{id}",
    "kind": "announced",
    "visited_on": "2026-11-02",
    "decided_on": "2026-11-20",
    "decision": "no-decision",
    "conclusion": "Alt er som før.",
}

REPORTING = {
    "POST /v1/tilbud": Operation(policy.holder(Privilege.CREATE_TILBUD), "/v1/tilbud", INCOMPLETE),
    "GET /v1/tilbud": Operation(policy.whoever_runs_something, "/v1/tilbud"),
    "GET /v1/tilbud/{tilbud_id}": Operation(policy.viewer, "/v1/tilbud/{id}"),
    "GET /v1/tilbud/{tilbud_id}/production-units": Operation(policy.viewer, "/v1/tilbud/{id}/production-units"),
    "GET /v1/due": Operation(policy.signed_in, "/v1/due"),
    "GET /v1/tilbud/{tilbud_id}/due": Operation(policy.viewer, "/v1/tilbud/{id}/due"),
    "GET /v1/tilbud/{tilbud_id}/economy": Operation(policy.viewer, "/v1/tilbud/{id}/economy"),
    "GET /v1/tilbud/{tilbud_id}/economy/suggested-budget": Operation(
        policy.reporter, "/v1/tilbud/{id}/economy/suggested-budget"
    ),
    "GET /v1/tilbud/{tilbud_id}/vacancies": Operation(policy.viewer, "/v1/tilbud/{id}/vacancies"),
    "POST /v1/tilbud/{tilbud_id}/vacancies/confirmation": Operation(
        policy.reporter, "/v1/tilbud/{id}/vacancies/confirmation"
    ),
    "PUT /v1/tilbud/{tilbud_id}/vacancies": Operation(
        policy.reporter, "/v1/tilbud/{id}/vacancies", {"departments": [{"department_id": None, "vacancies": 1}]}, STALE
    ),
    "POST /v1/tilbud/{tilbud_id}/leader-cpr/views": Operation(
        policy.cpr_reader, "/v1/tilbud/{id}/leader-cpr/views", {"purpose": "identity", "note": "Sag 2026-17"}
    ),
    "GET /v1/tilbud/{tilbud_id}/leader-cpr/accesses": Operation(policy.viewer, "/v1/tilbud/{id}/leader-cpr/accesses"),
    "PUT /v1/tilbud/{tilbud_id}/leader-cpr": Operation(
        policy.cpr_writer, "/v1/tilbud/{id}/leader-cpr", {"cpr": "010180-0001"}, STALE
    ),
    "GET /v1/bulk-template": Operation(policy.whoever_runs_tilbud, "/v1/bulk-template?step=budget"),
    "POST /v1/bulk-reports": Operation(policy.signed_in, "/v1/bulk-reports", {}),
    "GET /v1/bulk-reports": Operation(policy.signed_in, "/v1/bulk-reports"),
    "GET /v1/bulk-reports/{report_id}": Operation(policy.writer_of_the_upload, "/v1/bulk-reports/none"),
    "GET /v1/bulk-reports/{report_id}/corrections": Operation(
        policy.writer_of_the_upload, "/v1/bulk-reports/none/corrections"
    ),
    "GET /v1/form/{basis}": Operation(policy.signed_in, "/v1/form/botilbud-laengerevarende"),
    "GET /v1/tilbud/{tilbud_id}/history": Operation(policy.viewer, "/v1/tilbud/{id}/history"),
    "GET /v1/tilbud/{tilbud_id}/actions": Operation(policy.viewer, "/v1/tilbud/{id}/actions"),
    "POST /v1/tilbud/{tilbud_id}/draft": Operation(policy.reporter, "/v1/tilbud/{id}/draft", {"start": "continue"}),
    "GET /v1/tilbud/{tilbud_id}/draft": Operation(policy.reporter, "/v1/tilbud/{id}/draft"),
    "POST /v1/tilbud/{tilbud_id}/draft/restoration": Operation(policy.reporter, "/v1/tilbud/{id}/draft/restoration"),
    "GET /v1/tilbud/{tilbud_id}/draft/summary": Operation(policy.reporter, "/v1/tilbud/{id}/draft/summary"),
    "GET /v1/tilbud/{tilbud_id}/draft/steps/{step}": Operation(policy.reporter, "/v1/tilbud/{id}/draft/steps/values"),
    "PUT /v1/tilbud/{tilbud_id}/draft/steps/{step}": Operation(
        policy.reporter, "/v1/tilbud/{id}/draft/steps/values", read_example("steps/values"), STALE
    ),
    "PUT /v1/tilbud/{tilbud_id}/draft/steps/{step}/files/{field}": Operation(
        policy.reporter, "/v1/tilbud/{id}/draft/steps/budget/files/rate_statement", {}, STALE
    ),
    "GET /v1/tilbud/{tilbud_id}/files": Operation(policy.viewer, "/v1/tilbud/{id}/files"),
    "GET /v1/tilbud/{tilbud_id}/files/{file_id}": Operation(policy.writer_of_the_upload, "/v1/tilbud/{id}/files/none"),
    "POST /v1/tilbud/{tilbud_id}/draft/steps/{step}/copies": Operation(
        policy.reporter, "/v1/tilbud/{id}/draft/steps/values/copies", {"to": ["CRV-0"]}
    ),
    "POST /v1/tilbud/{tilbud_id}/submissions": Operation(policy.reporter, "/v1/tilbud/{id}/submissions"),
    "GET /v1/tilbud/{tilbud_id}/submissions/{submission_id}/receipts": Operation(
        policy.viewer, "/v1/tilbud/{id}/submissions/{submission_id}/receipts"
    ),
    "POST /v1/tilbud/{tilbud_id}/submissions/{submission_id}/resubmission": Operation(
        policy.reporter, "/v1/tilbud/{id}/submissions/{submission_id}/resubmission"
    ),
    "POST /v1/tilbud/{tilbud_id}/submissions/{submission_id}/closure": Operation(
        policy.reporter, "/v1/tilbud/{id}/submissions/{submission_id}/closure"
    ),
}

APPROVAL = {
    "GET /v1/cases": Operation(policy.signed_in, "/v1/cases"),
    "GET /v1/cases/{case_id}": Operation(policy.case_viewer, "/v1/cases/{case_id}"),
    "GET /v1/cases/{case_id}/changes": Operation(policy.case_viewer, "/v1/cases/{case_id}/changes"),
    "PUT /v1/cases/{case_id}/decisions/{step}": Operation(
        policy.case_officer, "/v1/cases/{case_id}/decisions/values", {"verdict": "approve"}, STALE
    ),
    "DELETE /v1/cases/{case_id}/decisions/{step}": Operation(
        policy.case_officer, "/v1/cases/{case_id}/decisions/values", None, STALE
    ),
    "POST /v1/cases/{case_id}/approvals": Operation(
        policy.case_officer, "/v1/cases/{case_id}/approvals", {"steps": "rest"}, STALE
    ),
    "POST /v1/cases/{case_id}/outcome": Operation(policy.case_officer, "/v1/cases/{case_id}/outcome", None, STALE),
    "GET /v1/work-list": Operation(policy.holder(Privilege.APPROVE_TILBUD), "/v1/work-list"),
    "POST /v1/work-list/approvals": Operation(
        policy.holder(Privilege.APPROVE_TILBUD), "/v1/work-list/approvals", {"cases": [{"id": "x", "etag": "x"}]}
    ),
    "POST /v1/cases/{case_id}/closure": Operation(policy.case_officer, "/v1/cases/{case_id}/closure", {}),
    "GET /v1/cases/{case_id}/receipt": Operation(policy.case_viewer, "/v1/cases/{case_id}/receipt"),
    "GET /v1/cases/{case_id}/log.{extension}": Operation(policy.case_viewer, "/v1/cases/{case_id}/log.csv"),
    "GET /v1/log.{extension}": Operation(
        policy.holder(Privilege.APPROVE_TILBUD), "/v1/log.csv?from=2026-11-01&until=2026-11-02"
    ),
    "GET /v1/tilbud/{tilbud_id}/tilsyn": Operation(policy.tilsyn_viewer, "/v1/tilbud/{id}/tilsyn"),
    "GET /v1/tilsyn/{tilsyn_id}": Operation(policy.tilsyn_viewer, "/v1/tilsyn/{tilsyn_id}"),
    "POST /v1/tilsyn": Operation(policy.tilsyn_creator, "/v1/tilsyn", TILSYN),
    "GET /v1/sanctions": Operation(policy.holder(Privilege.APPROVE_TILBUD), "/v1/sanctions"),
    "GET /v1/unused-approvals": Operation(policy.holder(Privilege.APPROVE_TILBUD), "/v1/unused-approvals"),
    "GET /v1/emergency-uses": Operation(policy.sees_emergency_uses, "/v1/emergency-uses"),
    "POST /v1/emergency-uses": Operation(policy.registers_emergency_uses, "/v1/emergency-uses", {}),
    "POST /v1/emergency-uses/{use_id}/extension": Operation(
        policy.changes_emergency_uses, "/v1/emergency-uses/x/extension", {"reason": "Ingen anden plads."}
    ),
    "POST /v1/emergency-uses/{use_id}/end": Operation(
        policy.changes_emergency_uses, "/v1/emergency-uses/x/end", {"ended_on": "2026-11-20"}
    ),
    "GET /v1/control-samples": Operation(policy.signed_in, "/v1/control-samples"),
    "POST /v1/control-samples": Operation(policy.holder(Privilege.RUN_SAMPLES), "/v1/control-samples", {}),
    "GET /v1/control-samples/{sample_id}": Operation(policy.sees_the_sample, "/v1/control-samples/x"),
    "POST /v1/control-samples/{sample_id}/correction": Operation(
        policy.runs_samples,
        "/v1/control-samples/x/correction",
        {"reason": "Antallet af pladser er forkert.", "deadline": "2026-12-20"},
        STALE,
    ),
    **{
        f"POST /v1/control-samples/{{sample_id}}/{act}": Operation(
            policy.runs_samples, f"/v1/control-samples/x/{act}", {"reason": "Det er ikke rettet."}, STALE
        )
        for act in ("order", "hearing", "marking", "refusal")
    },
    "POST /v1/control-samples/{sample_id}/closure": Operation(
        policy.runs_samples, "/v1/control-samples/x/closure", {"outcome": "dropped", "reason": "Fejl."}, STALE
    ),
    "POST /v1/control-samples/{sample_id}/answers": Operation(
        policy.sees_the_sample, "/v1/control-samples/x/answers", {"text": "Det er rettet."}, STALE
    ),
    "POST /v1/external/events": Operation(policy.holder(Privilege.PUBLISH_TILSYN), "/v1/external/events", {}),
    "GET /v1/external/events": Operation(policy.own_events, "/v1/external/events?source=urn:nobody&id={id}"),
    "GET /v1/external/receipts": Operation(policy.holder(Privilege.PUBLISH_TILSYN), "/v1/external/receipts"),
    "GET /v1/external/receipts/{receipt_id}": Operation(policy.own_events, "/v1/external/receipts/{case_id}"),
}

JURISDICTION = {
    "POST /v1/authority": Operation(policy.signed_in, "/v1/authority", ROUTING),
    "GET /v1/tilbud/{tilbud_id}/authority": Operation(policy.follower, "/v1/tilbud/{id}/authority"),
    "GET /v1/tilbud/{tilbud_id}/handover-options": Operation(
        policy.authority_changer, "/v1/tilbud/{id}/handover-options"
    ),
    "POST /v1/tilbud/{tilbud_id}/handover": Operation(
        policy.authority_changer, "/v1/tilbud/{id}/handover", {"to": "nobody", "reason": "Prøve."}
    ),
    "POST /v1/tilbud/{tilbud_id}/take-back": Operation(
        policy.authority_changer, "/v1/tilbud/{id}/take-back", {"reason": None}
    ),
    "GET /v1/tilbud/{tilbud_id}/agreements": Operation(policy.told_of_waiting, "/v1/tilbud/{id}/agreements"),
    "POST /v1/tilbud/{tilbud_id}/agreements": Operation(
        policy.authority_changer, "/v1/tilbud/{id}/agreements", AGREEMENT
    ),
    "PUT /v1/tilbud/{tilbud_id}/agreements/{agreement_id}": Operation(
        policy.changer_without_a_handover, "/v1/tilbud/{id}/agreements/{case_id}", AGREEMENT, STALE
    ),
    "GET /v1/tilbud/{tilbud_id}/undecided": Operation(policy.told_of_waiting, "/v1/tilbud/{id}/undecided"),
    "GET /v1/undecided": Operation(policy.holder(Privilege.RUN_OPERATIONS), "/v1/undecided"),
    "GET /v1/undecided/{undecided_id}": Operation(policy.operator_without_a_question, "/v1/undecided/{case_id}"),
    "POST /v1/undecided/{undecided_id}": Operation(
        policy.operator_without_a_question,
        "/v1/undecided/{case_id}",
        {"authority": "nobody", "reason": "Prøve."},
    ),
    "POST /v1/rehearsals": Operation(
        policy.holder(Privilege.RUN_OPERATIONS), "/v1/rehearsals", {"reference": {}, "at": "2027-01-01"}
    ),
    "GET /v1/handovers/{handover_id}": Operation(policy.concerned_by_the_handover, "/v1/handovers/{case_id}"),
}

NOTIFICATION = {
    "PUT /v1/follows/tilbud/{tilbud_id}": Operation(policy.follower, "/v1/follows/tilbud/{id}"),
    "DELETE /v1/follows/tilbud/{tilbud_id}": Operation(policy.follower, "/v1/follows/tilbud/{id}"),
    "GET /v1/follows": Operation(policy.signed_in, "/v1/follows"),
    "GET /v1/unfollowed": Operation(policy.signed_in, "/v1/unfollowed"),
    "GET /v1/preferences": Operation(policy.signed_in, "/v1/preferences"),
    "PUT /v1/preferences": Operation(policy.signed_in, "/v1/preferences", {"email": "a@b.example"}, STALE),
    "GET /v1/deliveries": Operation(policy.signed_in, "/v1/deliveries?about={id}"),
    "POST /v1/webhooks": Operation(policy.signed_in, "/v1/webhooks", {}),
    "GET /v1/webhooks": Operation(policy.signed_in, "/v1/webhooks"),
    "DELETE /v1/webhooks/{webhook_id}": Operation(policy.signed_in, "/v1/webhooks/x"),
    "POST /v1/webhooks/{webhook_id}/test": Operation(policy.signed_in, "/v1/webhooks/x/test"),
    "GET /v1/saved-searches": Operation(policy.signed_in, "/v1/saved-searches"),
    "POST /v1/saved-searches": Operation(policy.anybody, "/v1/saved-searches", {}),
    "DELETE /v1/saved-searches/{token}": Operation(policy.holder_of_the_link, "/v1/saved-searches/{id}"),
    "GET /v1/unsubscribe/{token}": Operation(policy.holder_of_the_link, "/v1/unsubscribe/{id}"),
    "POST /v1/unsubscribe/{token}": Operation(policy.holder_of_the_link, "/v1/unsubscribe/{id}"),
    "DELETE /v1/unsubscribe/{token}": Operation(policy.holder_of_the_link, "/v1/unsubscribe/{id}"),
    "GET /v1/confirmations/{token}": Operation(policy.holder_of_the_link, "/v1/confirmations/{id}"),
    "POST /v1/confirmations/{token}": Operation(policy.holder_of_the_link, "/v1/confirmations/{id}"),
}

PUBLICATION = {
    "GET /v1/search": Operation(policy.anybody, "/v1/search"),
    "GET /v1/rates": Operation(policy.anybody, "/v1/rates"),
    "GET /v1/tilbud/{tilbud_id}": Operation(policy.reader_of_what_is_public, "/v1/tilbud/{id}"),
    "GET /v1/tilbud/{tilbud_id}/changes": Operation(policy.reader_of_what_is_public, "/v1/tilbud/{id}/changes"),
    "GET /v1/tilbud/{tilbud_id}/tilsyn": Operation(policy.reader_of_what_is_public, "/v1/tilbud/{id}/tilsyn"),
    "GET /v1/tilbud/{tilbud_id}/publication": Operation(policy.concerned, "/v1/tilbud/{id}/publication"),
    "GET /v1/compare": Operation(policy.anybody, "/v1/compare?id=CRV-1&id=CRV-2"),
    "GET /v1/open-data/tilbud.csv": Operation(policy.anybody, "/v1/open-data/tilbud.csv"),
    "GET /v1/open-data/tilbud.ndjson": Operation(policy.anybody, "/v1/open-data/tilbud.ndjson"),
    "GET /v1/open-data/fields": Operation(policy.anybody, "/v1/open-data/fields"),
    "POST /v1/saved-searches": Operation(policy.anybody, "/v1/saved-searches", {}),
    "DELETE /v1/saved-searches/{token}": Operation(policy.holder_of_the_link, "/v1/saved-searches/{id}"),
    "GET /v1/feed": Operation(policy.anybody, "/v1/feed"),
    "GET /v1/dump": Operation(policy.anybody, "/v1/dump"),
    "POST /v1/match": Operation(policy.anybody, "/v1/match", {"age": 17}),
    "GET /v1/places": Operation(policy.anybody, "/v1/places?q=aal"),
    "GET /v1/code-lists": Operation(policy.anybody, "/v1/code-lists"),
    "GET /v1/code-lists/{name}": Operation(policy.anybody, "/v1/code-lists/legal-bases"),
}

OPERATIONS: dict[str, dict[str, Operation]] = {
    "reporting": REPORTING,
    "approval": APPROVAL,
    "jurisdiction": JURISDICTION,
    "notification": NOTIFICATION,
    "publication": PUBLICATION,
}
