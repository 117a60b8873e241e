"""Everything broken on purpose: kills, outages, bad messages; what remains is checked against what clients know."""
