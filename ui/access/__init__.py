"""Who uses the dashboard, and what each of them may see and do."""
