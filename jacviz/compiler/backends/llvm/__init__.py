"""The LLVM backend: codegen.py emits a plan as one function, jit.py compiles it."""
