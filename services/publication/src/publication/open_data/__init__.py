"""Everything public as files that anybody may use, with a description of each field."""
