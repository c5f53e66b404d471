"""Ways of computing a Jacobian, one small file each, none imported before it is asked for.

table.py lists them, jacobian.py runs one of them after inputs.py has looked at what came in.
Those that write the network anew, in NumPy, Autograd, TensorFlow or JAX, take it from plan.py.
"""
