"""What every page is made of: header, filter bar, card, provenance."""
