"""The ports to CVR and to the register of EAN numbers (GLN), with tables in their place in development."""
