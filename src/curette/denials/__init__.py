"""What payers did with each line of a remittance, sorted into denial categories."""
