"""How long leads stay at each stage, and who is waiting."""
