"""Run what jacviz compiles to WebAssembly outside browsers: in Node.js, and in Wasmtime."""
