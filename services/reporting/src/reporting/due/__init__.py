"""What a tilbud lacks now: what is overdue or due soon, and what has stood still (L10)."""
