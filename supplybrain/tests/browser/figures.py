"""What pages should say, looked up in the database without the code that shows it."""

from dataclasses import dataclass

from supplybrain.tests.browser.installation import Installation

METRICS = ("risk_critical", "risk_warning", "risk_ok", "articles_with_orders", "total_final_order_qty")
BREACHED = {"above": lambda value, threshold: value > threshold, "below": lambda value, threshold: value < threshold}


@dataclass(frozen=True)
class Figures:
    """The numbers of the present state.

    Attributes:
        snapshot_id: The newest snapshot.
        slot: Its slot in UTC, as `YYYY-MM-DD HH:MM`.
        metrics: Its values by name.
        n_breached: Active rules that it breaches.
        n_rules: All rules.
        n_sources: Sources.
        n_policies: Policies of articles.
        episode_id: The open episode that fired last among the critical ones.
        alert: What its alert is called.
        n_open: Open episodes.
        article_id: The article with the largest order.
        article_code: Its code.
        final_quantity: Pieces of its order.
    """

    snapshot_id: int
    slot: str
    metrics: dict[str, int]
    n_breached: int
    n_rules: int
    n_sources: int
    n_policies: int
    episode_id: int
    alert: str
    n_open: int
    article_id: int
    article_code: str
    final_quantity: int

    def write(self, language: str) -> dict[str, str]:
        """Return the numbers as readers of a language see them; a look has single spaces between digits."""
        separator = {"ru": " ", "en": ","}[language]
        day, _space, clock = self.slot.partition(" ")
        numbers = self.metrics | {
            "breached": self.n_breached,
            "rules": self.n_rules,
            "sources": self.n_sources,
            "policies": self.n_policies,
            "open": self.n_open,
            "final": self.final_quantity,
        }
        written = {name: f"{number:,}".replace(",", separator) for name, number in numbers.items()}
        day = ".".join(reversed(day.split("-"))) if language == "ru" else day
        return written | {"slot": f"{day} {clock}", "code": self.article_code, "alert": self.alert}


def look_up(installation: Installation) -> Figures:
    """Return the figures of the present state."""
    fetch = installation.fetch
    [(snapshot_id, slot, *values)] = fetch(
        "SELECT id, to_char(slot AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), risk_critical, risk_warning, risk_ok,"
        " articles_with_orders, total_final_order_qty FROM monitoring_snapshots ORDER BY slot DESC LIMIT 1"
    )
    [(row,)] = fetch("SELECT to_jsonb(s) FROM monitoring_snapshots s WHERE id = %s", snapshot_id)
    rules = fetch("SELECT metric, threshold_type, threshold_value, is_active FROM monitoring_alert_rules")
    [(n_policies,)] = fetch("SELECT count(*) FROM planning_core_planningsettings")
    [(n_sources,)] = fetch("SELECT count(*) FROM planning_core_sourcesync")
    [(n_open,)] = fetch("SELECT count(*) FROM monitoring_alert_episodes WHERE closed_slot IS NULL")
    [(episode_id, alert)] = fetch(
        "SELECT e.id, v.name FROM monitoring_alert_episodes e"
        " JOIN monitoring_alert_rule_versions v ON v.id = e.rule_version_id"
        " WHERE e.closed_slot IS NULL AND e.severity = 'critical' ORDER BY e.fired_slot DESC, e.id LIMIT 1"
    )
    [(article_id, code, final_quantity)] = fetch(
        "SELECT a.id, a.code, f.final_quantity FROM monitoring_order_facts f"
        " JOIN planning_core_article a ON a.id = f.article_id"
        " WHERE f.valid_to_slot IS NULL ORDER BY f.final_quantity DESC, a.id LIMIT 1"
    )
    return Figures(
        snapshot_id=snapshot_id,
        slot=slot,
        metrics=dict(zip(METRICS, values, strict=True)),
        n_breached=sum(active and BREACHED[kind](row[metric], limit) for metric, kind, limit, active in rules),
        n_rules=len(rules),
        n_sources=n_sources,
        n_policies=n_policies,
        episode_id=episode_id,
        alert=alert,
        n_open=n_open,
        article_id=article_id,
        article_code=code,
        final_quantity=final_quantity,
    )
