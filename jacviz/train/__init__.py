"""Training the shipped LeNet-5: `train` is what `jacviz train` runs.

data reads MNIST, styles draws what MNIST lacks, augment makes both look like other people's
drawings, fit trains, calibrate sets the temperature, evaluate measures and card writes it down.
"""

from jacviz.train.evaluate import Evaluation, evaluate
from jacviz.train.recipe import Recipe
from jacviz.train.run import Trained, train

__all__ = ["Evaluation", "Recipe", "Trained", "evaluate", "train"]
