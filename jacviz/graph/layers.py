"""Which PyTorch layers, functions and methods can be read."""

import operator
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from jacviz.graph.elementwise import (
    add,
    batch_norm,
    divide,
    leaky,
    multiply,
    negate,
    relu,
    sigmoid,
    softmax,
    subtract,
    tanh,
)
from jacviz.graph.readers import (
    Reader,
    average_pool,
    average_pool_layer,
    conv,
    drop,
    identity,
    linear,
    max_pool,
    max_pool_layer,
    reshape,
)

MODULES: dict[type[nn.Module], Reader] = {
    nn.Identity: identity,
    nn.Dropout: lambda value, layer: drop(value, layer.p, layer.training),
    nn.Dropout1d: lambda value, layer: drop(value, layer.p, layer.training),
    nn.Dropout2d: lambda value, layer: drop(value, layer.p, layer.training),
    nn.AlphaDropout: lambda value, layer: drop(value, layer.p, layer.training),
    nn.Flatten: reshape,
    nn.Unflatten: reshape,
    nn.Linear: linear,
    nn.Conv2d: conv,
    nn.BatchNorm1d: batch_norm,
    nn.BatchNorm2d: batch_norm,
    nn.AvgPool2d: average_pool_layer,
    nn.MaxPool2d: max_pool_layer,
    nn.ReLU: relu,
    nn.LeakyReLU: lambda value, layer: leaky(value, layer.negative_slope),
    nn.Tanh: tanh,
    nn.Sigmoid: sigmoid,
    nn.Softmax: lambda value, layer: softmax(False)(value, layer.dim),
    nn.LogSoftmax: lambda value, layer: softmax(True)(value, layer.dim),
}

FUNCTIONS: dict[Any, Reader] = {
    torch.flatten: reshape,
    torch.reshape: reshape,
    torch.squeeze: reshape,
    torch.unsqueeze: reshape,
    functional.dropout: drop,
    functional.relu: relu,
    torch.relu: relu,
    functional.leaky_relu: leaky,
    functional.tanh: tanh,
    torch.tanh: tanh,
    functional.sigmoid: sigmoid,
    torch.sigmoid: sigmoid,
    functional.avg_pool2d: average_pool,
    functional.max_pool2d: max_pool,
    functional.softmax: softmax(False),
    torch.softmax: softmax(False),
    functional.log_softmax: softmax(True),
    torch.log_softmax: softmax(True),
    operator.add: add,
    torch.add: add,
    operator.sub: subtract,
    torch.sub: subtract,
    operator.mul: multiply,
    torch.mul: multiply,
    operator.truediv: divide,
    torch.div: divide,
    operator.neg: negate,
    torch.neg: negate,
}

METHODS: dict[Any, Reader] = {
    "flatten": reshape,
    "reshape": reshape,
    "view": reshape,
    "squeeze": reshape,
    "unsqueeze": reshape,
    "contiguous": identity,
    "relu": relu,
    "tanh": tanh,
    "sigmoid": sigmoid,
    "softmax": softmax(False),
    "log_softmax": softmax(True),
    "add": add,
    "sub": subtract,
    "mul": multiply,
    "div": divide,
    "neg": negate,
}
