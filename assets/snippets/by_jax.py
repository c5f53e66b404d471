import jax
import jax.numpy as jnp
import numpy as np

rng = np.random.default_rng(0)
W1, b1 = rng.normal(size=(100, 500)) / 20, rng.normal(size=100)
W2, b2 = rng.normal(size=(10, 100)) / 10, rng.normal(size=10)
x = rng.normal(size=500)


def network(x):
    return jax.nn.softmax(W2 @ jax.nn.relu(W1 @ x + b1) + b2)


jacobian = jax.jit(jax.jacrev(network))
J = jacobian(jnp.asarray(x))  # compiles in the first call
