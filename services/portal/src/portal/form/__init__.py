"""The generic form: from a form definition and a step's data to the fields of a page, and back again.

``writing`` turns data into the fields of a form, ``reading`` turns the fields into data, ``rows`` changes their number,
``controls`` makes what a template shows. Field names are JSON pointers into the step's data, so an error of the
service that keeps the draft lands at its field by itself.
"""
