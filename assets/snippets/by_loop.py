import torch

import jacviz

model = jacviz.load_lenet5()
x = torch.zeros(1, 28, 28)
x[0, 4:24, 13:16] = 1  # a one, drawn with a ruler

image = x[None].requires_grad_()
outputs = model(image)
J = torch.zeros(10, 1, 28, 28)
for k in range(10):
    one_hot = torch.zeros(1, 10)
    one_hot[0, k] = 1
    outputs.backward(gradient=one_hot, retain_graph=True)
    J[k] = image.grad[0]
    image.grad.zero_()
