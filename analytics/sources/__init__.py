"""What each source brings and costs, and who gets the credit."""
