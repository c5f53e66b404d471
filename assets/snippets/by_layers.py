import numpy as np

rng = np.random.default_rng(0)
W1, b1 = rng.normal(size=(100, 500)) / 20, rng.normal(size=100)
W2, b2 = rng.normal(size=(10, 100)) / 10, rng.normal(size=10)
x = rng.normal(size=500)

a = W1 @ x + b1  # forward: affine,
h = np.maximum(a, 0)  # ReLU,
z = W2 @ h + b2  # affine,
p = np.exp(z - z.max())  # softmax
p /= p.sum()

J = np.diag(p) - np.outer(p, p)  # backward, all ten outputs at once: softmax,
J = J @ W2  # affine,
J = J * (a > 0)  # ReLU,
J = J @ W1  # affine
