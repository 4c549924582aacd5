"""Statistics on arrays; nothing here knows a view or a store."""
