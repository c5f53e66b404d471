import numpy as np
import tensorflow as tf

rng = np.random.default_rng(0)
W1, b1 = rng.normal(size=(100, 500)) / 20, rng.normal(size=100)
W2, b2 = rng.normal(size=(10, 100)) / 10, rng.normal(size=10)
x = rng.normal(size=500)


@tf.function
def jacobian(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        hidden = tf.nn.relu(tf.linalg.matvec(W1, x) + b1)
        p = tf.nn.softmax(tf.linalg.matvec(W2, hidden) + b2)
    return tape.jacobian(p, x)


J = jacobian(tf.constant(x)).numpy()
