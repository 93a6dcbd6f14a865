"""What turns a Request into a Reply."""
