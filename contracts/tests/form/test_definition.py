from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from contracts.events.parties import OperatorKind
from contracts.examples import DAY, days_of_change
from contracts.form import Field, FieldType, find_form, form, form_begun, mandatory_keys, max_length, options, step_keys
from contracts.form.crossrules import RULES
from contracts.form.loading import steps_of
from contracts.reference import legal_bases
from contracts.vocabularies import vocabulary

TILBUD = [each.id for each in legal_bases() if not each.is_plejefamilie]
STEPS = (
    "company",
    "contact",
    "agreements",
    "values",
    "accreditation",
    "methods",
    "annual-report",
    "budget",
    "departments",
    "target-groups",
    "approaches",
    "interventions",
    "places",
    "staff-groups",
    "staffing",
    "supplementary",
)
TITLES = (
    "Virksomhedsoplysninger",
    "Kontaktoplysninger",
    "Samarbejdsaftaler",
    "Værdigrundlag",
    "Akkrediterings-, audit- og kvalitetssikring",
    "Metode",
    "Årsrapporter",
    "Budget",
    "Afdelinger",
    "Målgruppe",
    "Faglig tilgang",
    "Indsatser",
    "Pladser",
    "Faggrupper",
    "Normering",
    "Supplerende oplysninger",
)


def fields_of(fields: tuple[Field, ...]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from fields_of(each.fields)


@pytest.mark.parametrize("basis", TILBUD)
def test_every_legal_basis_has_the_sixteen_steps_in_order(basis: str) -> None:
    definition = form(basis, DAY)
    titles = {each.id: each.title for each in definition.steps if each.id in STEPS}
    assert tuple(titles) == STEPS
    assert tuple(titles.values()) == TITLES
    assert {"company", "contact", "target-groups", "places", "staffing"} <= set(mandatory_keys(definition, ()))


def test_every_field_explains_itself() -> None:
    for step in steps_of("tilbud"):
        assert step.help
        for field in fields_of(step.fields):
            assert field.label.strip(), field.id
            assert len(field.help) > 10, field.id
            assert field.legal_source.strip(), field.id
            assert field.purpose, field.id
            assert field.audience, field.id
            assert bool(field.formula) == bool(field.computed), field.id
            assert field.guidance.startswith(f"{step.guidance}#"), field.id
        places = [field.guidance for field in fields_of(step.fields)]
        assert len(set(places)) == len(places)


def test_a_formula_is_told_in_the_words_of_its_fields() -> None:
    step = form("botilbud-laengerevarende", days_of_change()[-1]).step("annual-report")
    assert step.field("result_percent").formula == (
        "»Årets resultat« / »Omsætning« × 100; "
        "med minus, når svaret på »Gav året overskud eller underskud?« er »Underskud«"
    )
    assert step.field("solvency_percent").formula == (
        "»Egenkapital« / »Samlede aktiver« × 100; med minus, når svaret på »Er egenkapitalen negativ?« er »Ja«"
    )


@pytest.mark.parametrize("day", days_of_change(), ids=str)
@pytest.mark.parametrize("basis", TILBUD)
def test_every_text_has_a_limit_and_every_choice_has_options(basis: str, day: date) -> None:
    definition = form(basis, day)
    for field in (field for step in definition.steps for field in fields_of(step.fields)):
        assert 0 < max_length(field) <= 4000
        if field.vocabulary:
            assert definition.vocabularies[field.vocabulary] == options(field, day)
        if field.type in (FieldType.AUTHORITY, FieldType.AUTHORITIES, FieldType.MUNICIPALITY, FieldType.LEGAL_BASES):
            assert options(field, day)


def test_steps_depend_only_on_earlier_steps() -> None:
    definition = form("botilbud-laengerevarende", days_of_change()[-1])
    place = definition.step_ids.index
    for step in definition.steps:
        assert all(place(each) < place(step.id) for each in step.depends_on)
    assert definition.step("budget").depends_on == ()
    assert definition.step("budget").warns_about == ("interventions", "places")


def test_amounts_are_oere_and_say_so() -> None:
    for field in (field for step in steps_of("tilbud") for field in fields_of(step.fields)):
        assert field.id.endswith("_oere") == (field.type is FieldType.MONEY), field.id
        if field.type is FieldType.MONEY:
            assert (field.unit, field.sign) == ("øre", "positive"), field.id


def test_no_field_asks_for_a_cpr_number() -> None:
    ids = {field.id for step in steps_of("tilbud") for field in fields_of(step.fields)}
    assert not {each for each in ids if "cpr" in each or "birth" in each}


def test_rent_and_auditor_belong_to_the_bases_that_the_law_names() -> None:
    def has(basis: str, step: str, field: str) -> bool:
        return field in {each.id for each in fields_of(form(basis, DAY).step(step).fields)}

    assert {each for each in TILBUD if has(each, "interventions", "rent_oere")} == {
        "botilbudslignende",
        "friplejebolig",
    }
    assert {each for each in TILBUD if has(each, "budget", "rate_audited")} == {
        "kvindekrisecenter",
        "herberg-forsorgshjem",
    }
    assert has("botilbud-laengerevarende", "company", "specialist_features")
    assert not has("kvindekrisecenter", "company", "specialist_features")


def test_a_second_legal_basis_brings_its_fields() -> None:
    alone = form("botilbud-midlertidigt", DAY)
    both = form("botilbud-midlertidigt", DAY, ["kvindekrisecenter"])
    assert "address_hidden" not in {each.id for each in alone.step("contact").fields}
    assert "address_hidden" in {each.id for each in both.step("contact").fields}
    assert both.legal_bases == ("botilbud-midlertidigt", "kvindekrisecenter")


def test_the_version_follows_the_content_and_not_the_day() -> None:
    first, later = form("opholdssted", DAY), form("opholdssted", DAY + timedelta(1))
    assert first.version == later.version
    assert first.version != form("kvindekrisecenter", DAY).version


def test_a_field_is_there_only_while_it_is_valid() -> None:
    assert {*STEPS} <= {*form("opholdssted", date(2014, 1, 1)).step_ids}
    assert form("opholdssted", date(2013, 12, 31)).step_ids == ()


def test_annual_report_and_budget_are_voluntary_where_no_socialtilsyn_supervises() -> None:
    keys = mandatory_keys(form("aktivitets-og-samvaerstilbud", DAY), ())
    assert not {"annual-report", "budget"} & set(keys)
    assert {*STEPS} <= {*mandatory_keys(form("doegninstitution", DAY), ())}


def test_step_keys_have_one_part_per_department() -> None:
    definition = form("opholdssted", DAY)
    assert tuple(step_keys(definition, ())) == definition.step_ids
    keys = step_keys(definition, ("afd-1", "afd-2"))
    assert len(keys) == len(definition.steps) + sum(each.per_department for each in definition.steps)
    assert [each for each in keys if each.startswith("places")] == ["places/afd-1", "places/afd-2"]


def test_rules_stand_beside_steps_that_exist() -> None:
    assert set(RULES["tilbud"]) <= {each.id for each in steps_of("tilbud")}


def test_an_unknown_legal_basis_or_kind_has_no_form() -> None:
    with pytest.raises(KeyError):
        form("findes-ikke", DAY)
    with pytest.raises(LookupError):
        form("plejefamilie-almen", DAY)


def test_the_rules_know_every_kind_of_operator() -> None:
    assert set(vocabulary("operator-kinds").ids) == {kind.value for kind in OperatorKind}


def test_a_form_for_what_somebody_else_wrote_is_found_or_not() -> None:
    assert find_form("kvindekrisecenter", DAY, ["opholdssted"]) == form("kvindekrisecenter", DAY, ["opholdssted"])
    assert find_form("findes-ikke", DAY) is None
    assert find_form("plejefamilie-almen", DAY) is None
    assert find_form("kvindekrisecenter", DAY, ["findes-ikke"]) is None


def test_a_draft_keeps_the_steps_of_its_own_day_and_is_judged_by_today() -> None:
    today, begun = days_of_change()[-1], DAY
    basis = "botilbud-laengerevarende"
    found = form_begun(basis, today, (), begun, {"places": today})
    assert found.at == today
    assert found.step("values") == form(basis, begun).step("values")
    assert found.step("places") == form(basis, today).step("places")
    assert found.step_ids == tuple(step.id for step in sorted(found.steps, key=lambda each: each.order))
