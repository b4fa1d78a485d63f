"""What changed between original and resubmitted claims, in a biller's words."""
