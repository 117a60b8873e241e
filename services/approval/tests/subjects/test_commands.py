"""What the row of a subject says after facts that come in any order."""

from approval.kinds import TILBUD, Identity
from approval.subjects.commands import apply_approval, apply_assignment, apply_creation, apply_report, apply_vacancies
from approval.subjects.models import Subject

CREATED, REPORTED, APPROVED = (Identity(name, "99000015") for name in ("Oprettet", "Indberettet", "Godkendt"))


def new_subject() -> Subject:
    return Subject(id="CRV-1", kind=TILBUD.id, known=False, name="", facts_number=-1, authority_version=0)


def test_an_approved_name_beats_the_one_of_the_creation_and_of_a_report() -> None:
    subject = new_subject()
    apply_report(subject, REPORTED)
    assert (subject.known, subject.name) == (True, "Indberettet")
    apply_creation(subject, CREATED)
    assert subject.name == "Oprettet"
    apply_approval(subject, APPROVED, number=2)
    apply_approval(subject, REPORTED, number=1)
    apply_creation(subject, CREATED)
    apply_report(subject, REPORTED)
    assert (subject.name, subject.facts_number) == ("Godkendt", 2)


def test_an_older_version_moves_no_authority_and_no_vacancies() -> None:
    subject = new_subject()
    apply_assignment(subject, "socialtilsyn-syd", version=2)
    apply_assignment(subject, "socialtilsyn-nord", version=1)
    assert subject.authority == "socialtilsyn-syd"
    apply_vacancies(subject, {"version": 2, "departments": []})
    apply_vacancies(subject, {"version": 1, "departments": []})
    assert subject.vacancies == {"version": 2, "departments": []}
