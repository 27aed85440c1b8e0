"""What is said about each step from an article's demand to its order, and about the step that decided."""

from planning_core.domain.article_plan import ArticlePlan
from planning_core.domain.messages import Message, Param


def explain_forecast(plan: ArticlePlan) -> Message:
    """Return what the article is expected to sell."""
    if plan.average == 0:
        return Message("waterfall.forecast.unsold", {"window_days": plan.window_days})
    return Message(
        "waterfall.forecast.sold",
        {
            "units": plan.units,
            "days": plan.days,
            "average": plan.average,
            "horizon_days": plan.horizon_days,
            "forecast": plan.forecast,
        },
    )


def explain_floor(missing: float) -> Message:
    """Return whether stock covers the forecast."""
    return Message("waterfall.floor_at_zero.covered" if missing <= 0 else "waterfall.floor_at_zero.missing", {})


def explain_scope(plan: ArticlePlan) -> Message:
    """Return why something is ordered, or the first of the reasons why nothing is."""
    if not plan.has_settings:
        return Message("waterfall.scope.no_settings", {})
    if not plan.is_active:
        return Message("waterfall.scope.inactive", {})
    if plan.deficit == 0:
        return Message("waterfall.scope.no_deficit", {})
    return Message("waterfall.scope.ordered" if plan.n_skus else "waterfall.scope.no_skus", {})


def explain_strictness(plan: ArticlePlan) -> Message:
    """Return what the strictness does."""
    if plan.proposed > plan.deficit:
        return Message(
            "waterfall.strictness.raised",
            {"factor": plan.factor, "deficit": plan.deficit, "proposed": plan.proposed},
        )
    if plan.factor == 1:
        return Message("waterfall.strictness.one", {})
    return Message(f"waterfall.strictness.{'below' if plan.factor < 1 else 'idle'}", {"factor": plan.factor})


def explain_minimum(step: str, minimum: int, before: int) -> Message:
    """Return what a minimum of the article does.

    Args:
        step: Code of its step.
        minimum: Not positive where there is none.
        before: Pieces before it.
    """
    if minimum <= 0:
        return Message(f"waterfall.{step}.unset", {})
    return Message(f"waterfall.{step}.{'raised' if minimum > before else 'met'}", {"minimum": minimum})


def explain_split(plan: ArticlePlan) -> Message:
    """Return how the article's pieces are shared out."""
    return Message("waterfall.even_split", {"planned": plan.planned, "n_skus": plan.n_skus, "n_colors": plan.n_colors})


def explain_color_minimums(plan: ArticlePlan) -> Message:
    """Return what the colours' minimums do."""
    if not plan.n_color_minimums:
        return Message("waterfall.color_minimums.unset", {})
    if not plan.n_colors_raised:
        return Message("waterfall.color_minimums.met", {})
    return Message(
        "waterfall.color_minimums.raised", {"n_colors": plan.n_colors, "n_colors_raised": plan.n_colors_raised}
    )


def explain_elastic_type(plan: ArticlePlan) -> Message:
    """Return what the largest minimum of the article's elastic types does."""
    if not plan.elastic_type_minimum:
        return Message("waterfall.elastic_type_minimum.unset", {})
    params: dict[str, Param] = {"elastic_type": plan.elastic_type, "minimum": plan.elastic_type_minimum}
    is_raised = plan.final > plan.with_color_minimums
    return Message(f"waterfall.elastic_type_minimum.{'raised' if is_raised else 'met'}", params)


def explain_binding(step: str, plan: ArticlePlan) -> Message:
    """Return which rule decided how much of an article is ordered.

    Args:
        step: Code of the step that decided, any other text where nothing is ordered.
        plan: The article's numbers.
    """
    params: dict[str, dict[str, Param]] = {
        "elastic_type_minimum": {"elastic_type": plan.elastic_type, "minimum": plan.elastic_type_minimum},
        "color_minimums": {"n_colors": plan.n_colors, "n_colors_raised": plan.n_colors_raised},
        "elastic_minimum": {"minimum": plan.elastic_minimum},
        "fabric_minimum": {"minimum": plan.fabric_minimum},
        "strictness": {"factor": plan.factor, "proposed": plan.proposed, "deficit": plan.deficit},
        "whole_pieces": {"deficit": plan.deficit},
    }
    return Message(f"binding.{step}", params[step]) if step in params else explain_scope(plan)


def explain_color_minimum(minimum: int) -> Message:
    """Return that a colour's own minimum decided."""
    return Message("binding.color_minimum", {"minimum": minimum})
