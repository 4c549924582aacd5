"""What the screens say, in the reader's language."""
