import torch
from torch.fx.experimental.proxy_tensor import make_fx

import jacviz

model = jacviz.load_lenet5()
x = torch.zeros(1, 28, 28)
x[0, 4:24, 13:16] = 1  # a one, drawn with a ruler

jacobian = torch.func.jacrev(lambda x: model(x[None])[0])
replay = make_fx(jacobian)(x)  # once
with torch.no_grad():
    J = replay(x)  # for any input
