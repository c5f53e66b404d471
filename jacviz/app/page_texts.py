"""What the browser's scripts show of models and attributions, ready for JSON."""

from collections.abc import Iterable
from typing import Any

from jacviz.explain.attribution_specs import ATTRIBUTIONS
from jacviz.models.model import Model
from jacviz.output_spaces import SPACES

ATTRIBUTION_TEXTS = {
    name: {
        "label": kind.label,
        "meaning": kind.meaning,
        "pixel": kind.pixel,
        "units": {space: kind.unit_of(space) for space in SPACES},
    }
    for name, kind in ATTRIBUTIONS.items()
}


def model_texts(models: Iterable[Model]) -> dict[str, dict[str, Any]]:
    """Describe models by their names."""
    return {
        model.name: {
            "title": model.title,
            "description": model.description,
            "noun": model.noun,
            "classes": len(model.labels),
            "height": model.height,
            "width": model.width,
        }
        for model in models
    }
