import torch

import jacviz

model = jacviz.load_lenet5()
x = torch.zeros(1, 28, 28)
x[0, 4:24, 13:16] = 1  # a one, drawn with a ruler

copies = x.repeat(10, 1, 1, 1).requires_grad_()  # one for each output
J = torch.autograd.grad(model(copies), copies, torch.eye(10))[0]
