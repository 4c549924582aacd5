"""The hand-over of leads from marketing to sales."""
