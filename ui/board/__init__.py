"""The board: the table that people read and pick from, drawn by the browser."""
