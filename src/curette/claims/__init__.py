"""Professional claims (837P, 005010X222A1): the objects and their reader."""
