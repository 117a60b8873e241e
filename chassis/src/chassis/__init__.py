"""The technical library under every service: mechanism only. It knows no topic, no event and no domain word."""
