"""Check a Jacobian (check.py) against finite differences (finite_differences.py) and the sums that
must vanish (invariants.py); report.py holds the result."""
