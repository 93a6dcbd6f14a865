"""What is measured on a person's own vault."""
