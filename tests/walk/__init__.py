"""The way of one report, walked from outside: HTTP, Kafka over the SASL listener, and the mail catcher."""
