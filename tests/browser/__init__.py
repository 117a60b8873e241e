"""One report taken through the pages of the portal in Debian's Chromium."""
