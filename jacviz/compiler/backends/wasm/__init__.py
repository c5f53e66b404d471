"""The WebAssembly backend: program.py compiles a plan, linker.py makes the object a module."""
