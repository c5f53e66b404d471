"""Is this Jacobian right? compare.py asks, probing.py differentiates by finite differences, sums.py
adds up what must vanish, report.py says what was found."""
