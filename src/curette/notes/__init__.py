"""Documentation facts that an 837 cannot carry, as the practice gives them: `sidecar` and `authorisations`."""
