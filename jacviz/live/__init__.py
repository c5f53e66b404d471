"""The live loop's server side: ink in, answer out, no state but caches.

drawing.py and wire.py are the two messages; endpoint.py joins them; limits.py keeps floods out.
"""
