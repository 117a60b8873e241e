"""What each process tells Prometheus; the names are the same in every service."""

from prometheus_client import Counter, Gauge, Histogram

not_ready = Gauge("not_ready", "What keeps this process from working.", ["reason"])

outbox_depth = Gauge("outbox_depth", "Rows that wait in the outbox.")
outbox_age_seconds = Gauge("outbox_age_seconds", "Age of the oldest row in the outbox.")
relayed = Counter("outbox_relayed", "Outbox rows acknowledged by the broker.")
relay_failures = Counter("outbox_relay_failures", "Failed attempts to relay; rows stay and are tried again.")

consumed = Counter("consumer_messages", "Messages whose effect is committed.", ["handler"])
duplicates = Counter("inbox_duplicates", "Messages that had been seen before.", ["handler"])
consumer_outages = Counter("consumer_outages", "Batches that waited for the database.", ["handler"])
consumer_lag = Gauge("consumer_lag", "Messages between the group's position and the end.", ["handler"])
last_poll_age_seconds = Gauge("consumer_last_poll_age_seconds", "Time since the last poll.", ["handler"])
dead_letters_open = Gauge("dead_letters_open", "Dead letters that wait for the operator.", ["state"])
dead_lettered = Counter("dead_letters", "Messages put to the dead letters.", ["handler"])

projection_drift = Gauge("projection_drift", "Rows that differ from what the topics tell.", ["projection"])
timer_failures = Counter("timer_failures", "Timer runs that failed.", ["timer"])

request_seconds = Histogram(
    "http_request_seconds",
    "Duration of requests.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
