"""Training the shipped LeNet-5 networks: `train` is what `jacviz train` runs.

`data` reads MNIST, `digit_styles` draws styles that MNIST lacks, `augmentation` transforms both to
look like other people's drawings, `adversarial` perturbs them where the recipe says so, `fit`
trains, `calibration` sets the temperature, `evaluation` measures, `model_card` documents.
"""

from jacviz.training.evaluation import Evaluation, evaluate
from jacviz.training.recipes import RECIPES, Recipe
from jacviz.training.run import Trained, train

__all__ = ["RECIPES", "Evaluation", "Recipe", "Trained", "evaluate", "train"]
