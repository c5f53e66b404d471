"""The LLVM backend: emit.py writes a plan as one function, machine.py compiles it."""
