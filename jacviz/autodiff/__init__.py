"""Methods of computing a Jacobian, one module each, imported on first use.

registry.py lists them; jacobian.py runs one after inputs.py has validated model and input. Methods
that rebuild the network in NumPy, Autograd, TensorFlow or JAX take its steps from plan.py.
"""
