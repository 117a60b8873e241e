"""What an act in a control sample means, said in Danish in a mail. Pure."""

from contracts.events.samples import ControlSampleChanged, SampleAct, SampleOutcome
from notification.mails.phrases import danish_date

ACTS = {
    SampleAct.DOCUMENTATION: "Social- og Boligstyrelsen har udtaget tilbuddet til stikprøve og beder om dokumentation.",
    SampleAct.CORRECTION: "Social- og Boligstyrelsen beder om, at oplysningerne bliver rettet.",
    SampleAct.ORDER: "Social- og Boligstyrelsen har givet påbud om, at oplysningerne skal rettes.",
    SampleAct.HEARING: "Påbuddet er ikke fulgt. Social- og Boligstyrelsen vil derfor markere det på Tilbudsportalen.",
    SampleAct.MARKING: "Social- og Boligstyrelsen har markeret på Tilbudsportalen, at oplysningerne ikke er rettet.",
    SampleAct.REFUSAL: "Social- og Boligstyrelsen har ikke fjernet markeringen, som tilbuddet bad om.",
    SampleAct.CLOSURE: "Social- og Boligstyrelsen har afsluttet stikprøven.",
    SampleAct.ANSWER: "Tilbuddet har svaret i Social- og Boligstyrelsens stikprøve.",
}
OUTCOMES = {
    SampleOutcome.DOCUMENTED: "Dokumentationen er i orden.",
    SampleOutcome.CORRECTED: "Oplysningerne er rettet.",
    SampleOutcome.REMOVED: "Oplysningerne er rettet, og markeringen på Tilbudsportalen er fjernet.",
    SampleOutcome.DROPPED: "Der sker ikke mere i stikprøven, og tilbuddet er ikke markeret.",
}
DEADLINES = {
    SampleAct.DOCUMENTATION: "Tilbuddet skal sende dokumentationen senest den {}.",
    SampleAct.CORRECTION: "Oplysningerne skal være rettet senest den {}.",
    SampleAct.ORDER: "Oplysningerne skal være rettet senest den {}. Ellers kan tilbuddet blive markeret.",
    SampleAct.HEARING: "Tilbuddet kan udtale sig om det til og med den {}.",
}
SUBJECTS = {
    SampleAct.DOCUMENTATION: "Dokumentation til en stikprøve",
    SampleAct.CORRECTION: "Oplysninger skal rettes",
    SampleAct.ORDER: "Påbud om at rette oplysninger",
    SampleAct.HEARING: "Høring før en markering",
    SampleAct.MARKING: "Markering på Tilbudsportalen",
    SampleAct.REFUSAL: "Markeringen bliver stående",
    SampleAct.CLOSURE: "Stikprøven er afsluttet",
    SampleAct.ANSWER: "Svar i en stikprøve",
}


def sample_subject(event: ControlSampleChanged) -> str:
    """Return what the mail about an act is called."""
    return SUBJECTS[event.act]


def sample_lines(event: ControlSampleChanged) -> list[str]:
    """Return what was done, and by when the tilbud is to do something."""
    lines = [ACTS[event.act]]
    if event.deadline and event.act in DEADLINES:
        lines.append(DEADLINES[event.act].format(danish_date(event.deadline)))
    if event.outcome:
        lines.append(OUTCOMES[event.outcome])
    return lines
