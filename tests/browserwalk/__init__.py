"""The way of one report walked through the pages of the portal in Debian's Chromium."""
