"""What the tests of every package share: events and steps with valid defaults, and an artificial kind of subject."""
