"""Use of a tilbud without approval in an emergency: registered by the kommune, counted, and watched (L8)."""
