"""How soon a person answers a lead, and whether that matters."""
