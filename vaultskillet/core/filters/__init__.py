"""The filters that redaction runs over a text."""
