"""One report from creation to withdrawal, seen from outside: HTTP, Kafka over its SASL listener, mails."""
