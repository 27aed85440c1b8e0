"""What people call what facts know by id."""

from collections.abc import Collection

from planning_core.models import BundleType


def list_bundle_type_names(ids: Collection[int]) -> dict[int, str]:
    """Return the names of bundle types by id; one that is gone is called by its id."""
    names = {bundle_type.pk: str(bundle_type) for bundle_type in BundleType.objects.filter(id__in=ids)}
    return {bundle_type_id: names.get(bundle_type_id, str(bundle_type_id)) for bundle_type_id in ids}
