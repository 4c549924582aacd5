"""The cards of the page of response: how soon a person answers a lead."""
