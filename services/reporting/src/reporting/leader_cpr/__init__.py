"""The CPR numbers of leaders, encrypted."""
