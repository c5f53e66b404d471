import autograd.numpy as np
from autograd import jacobian

rng = np.random.default_rng(0)
W1, b1 = rng.normal(size=(100, 500)) / 20, rng.normal(size=100)
W2, b2 = rng.normal(size=(10, 100)) / 10, rng.normal(size=10)
x = rng.normal(size=500)


def network(x):
    z = W2 @ np.maximum(W1 @ x + b1, 0) + b2
    powers = np.exp(z - np.max(z))
    return powers / np.sum(powers)


J = jacobian(network)(x)
