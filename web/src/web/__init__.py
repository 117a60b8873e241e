"""What every HTTP API and every page has: HTTP as its standards say, callers, limits and problems."""
