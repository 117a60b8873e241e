"""The reference data that the operator has loaded: every set for ever, and the rules over the last one."""
