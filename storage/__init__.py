"""What is remembered: the tables, one module of questions per subject, the outbox, the migrations."""
