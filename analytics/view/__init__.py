"""What a link says: the view, its parts and its words."""
