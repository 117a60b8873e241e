"""The log of cases as files, for who must account for what was decided."""
