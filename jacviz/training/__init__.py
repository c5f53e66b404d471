"""Training the shipped LeNet-5 networks: `train` is what `jacviz train` runs.

data reads MNIST, styles draws what MNIST lacks, augment makes both look like other people's
drawings, attack changes them to the network's disadvantage where the recipe says so, fit trains,
calibrate sets the temperature, evaluate measures and card writes it down.
"""

from jacviz.training.evaluation import Evaluation, evaluate
from jacviz.training.recipes import RECIPES, Recipe
from jacviz.training.run import Trained, train

__all__ = ["RECIPES", "Evaluation", "Recipe", "Trained", "evaluate", "train"]
