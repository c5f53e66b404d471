"""The live loop's server side: ink in, answer out, no state but caches.

drawing.py and wire.py are the two messages; post.py and line.py carry them, one by one or on an
open line; asking.py says who may ask what, limits.py keeps floods out, questions.py is what can be
asked and answers.py what is said, thinking.py does that beside everything else.
"""
