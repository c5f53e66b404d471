import torch

import jacviz

model = jacviz.load_lenet5()
x = torch.zeros(1, 28, 28)
x[0, 4:24, 13:16] = 1  # a one, drawn with a ruler

J = torch.autograd.functional.jacobian(lambda x: model(x[None])[0], x, vectorize=True)
