"""Counts and times of requests."""

from typing import Any

from django.http import HttpRequest
from django_prometheus.middleware import PrometheusAfterMiddleware


class RequestMetricsMiddleware(PrometheusAfterMiddleware):  # type: ignore[misc]  # django-prometheus has no types
    """django-prometheus's, whose labels no client can choose: views by their names, methods that HTTP knows."""

    def label_metric(self, metric: Any, request: HttpRequest, response: Any = None, **labels: Any) -> Any:
        """Return a metric with its labels. The library times requests by the method as it was sent, whatever it is."""
        if "method" in labels:
            labels["method"] = self._method(request)
        return super().label_metric(metric, request, response, **labels)
