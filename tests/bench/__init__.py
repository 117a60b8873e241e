"""The mechanism measured against bare baselines in the same run."""
