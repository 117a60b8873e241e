"""Files that belong to an answer of a report, such as the auditor's statement about the rate."""
