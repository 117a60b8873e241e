"""The public record of a tilbud: what it follows from, what it says, what changed in it."""
