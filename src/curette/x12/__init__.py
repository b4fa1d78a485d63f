"""X12 below any guide: delimiters, segments, envelopes, positions."""
