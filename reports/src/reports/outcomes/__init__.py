"""What becomes of what was sent: routed, returned, approved or closed by the authority's side."""
