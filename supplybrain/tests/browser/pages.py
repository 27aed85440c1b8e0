"""The pages that people open, and what they read there.

`{name}` stands for a figure of `figures.Figures.write`, in the reader's way of writing it.
"""

from dataclasses import dataclass, field

from supplybrain.tests.browser.figures import Figures
from supplybrain.tests.browser.people import ROLES


@dataclass(frozen=True)
class AdminPage:
    """A page of the admin.

    Attributes:
        name: What it is called here.
        path: Its address; `{snapshot}`, `{episode}` and `{article}` stand for numbers.
        texts: What a reader of each language finds on it.
        charts: How many drawings with axes it has.
        sparklines: How many small ones.
        roles: Who may open it.
        visitors: Who does here. Every look costs time, and lists look much the same to everybody.
    """

    name: str
    path: str
    texts: dict[str, tuple[str, ...]]
    charts: int = 0
    sparklines: int = 0
    roles: tuple[str, ...] = field(default=ROLES)
    visitors: tuple[str, ...] = field(default=ROLES)

    def find_path(self, figures: Figures) -> str:
        """Return the address in the present state."""
        return self.path.format(snapshot=figures.snapshot_id, episode=figures.episode_id, article=figures.article_id)

    def list_texts(self, language: str, figures: Figures) -> list[str]:
        """Return what is to be read in the present state."""
        written = figures.write(language)
        return [text.format(**written) for text in self.texts[language]]


PAGES = (
    AdminPage(
        "dashboard",
        "/admin/",
        {
            "en": (
                "Dashboard",
                "{breached} critical alert rule is breached.",
                "Open alerts",
                "{alert} critical firing",
                "Critical risk {risk_critical} ",
                "Warning risk {risk_warning} ",
                "Articles to order {articles_with_orders} ",
                "Pieces to order {total_final_order_qty} ",
                "Look at these first",
                "Last runs",
            ),
            "ru": (
                "Обзор",
                "Сработало {breached} критическое правило оповещения.",
                "Открытые оповещения",
                "{alert} критично сработало",
                "Критический риск {risk_critical} ",
                "Риск: внимание {risk_warning} ",
                "Артикулов к заказу {articles_with_orders} ",
                "Штук к заказу {total_final_order_qty} ",
                "Обратите внимание в первую очередь",
                "Последние запуски",
            ),
        },
        sparklines=11,
    ),
    AdminPage(
        "snapshots",
        "/admin/monitoring/monitoringsnapshot/",
        {"en": ("Snapshots", "To order: articles", "{slot}"), "ru": ("Снимки", "К заказу: артикулов", "{slot}")},
    ),
    AdminPage(
        "snapshot",
        "/admin/monitoring/monitoringsnapshot/{snapshot}/change/?metric=risk_warning&base=-24h",
        {
            "en": (
                "This is the newest snapshot.",
                "Pieces to order {total_final_order_qty} ",
                "Why: Warning risk",
                "What moved it",
                "What it is made of: Warning risk, {risk_warning}",
                "Facts kept: every number below can be explained",
                "Not explained: 0.",
            ),
            "ru": (
                "Это самый новый снимок.",
                "Штук к заказу {total_final_order_qty} ",
                "Почему: Риск: внимание",
                "Что его изменило",
                "Из чего складывается: Риск: внимание, {risk_warning}",
                "Происхождение",
            ),
        },
    ),
    AdminPage(
        "rules",
        "/admin/monitoring/alertrule/",
        {
            "en": ("Alert rules", "above 0 {risk_critical} firing", "{rules} rows"),
            "ru": ("Правила оповещения", "выше 0 {risk_critical}", "{rules} "),
        },
    ),
    AdminPage(
        "rule",
        "/admin/monitoring/alertrule/1/change/?threshold_value=2",
        {
            "en": (
                "Critical risk is {risk_critical}, which is above 0.",
                "Try it before saving",
                "Saved Tried, not saved",
                "above 0 above 2",
                "Now firing not firing",
                "Who changed it",
            ),
            "ru": (
                "Критический риск: {risk_critical}, это выше 0.",
                "Проверьте перед сохранением",
                "Сохранено Проба, не сохранено",
                "выше 0 выше 2",
                "Кто менял",
            ),
        },
        charts=2,
    ),
    AdminPage(
        "episodes",
        "/admin/monitoring/alertepisode/?standing=open",
        {
            "en": ("Alert episodes", "{alert} firing critical", "{open} row"),
            "ru": ("Эпизоды оповещений", "{alert} сработало критично", "{open} "),
        },
        visitors=("viewer",),
    ),
    AdminPage(
        "episode",
        "/admin/monitoring/alertepisode/{episode}/change/",
        {
            "en": (
                "{alert}",
                "Firing for ",
                "What it is about",
                "What happened",
                "From inactive to firing: breached long enough.",
                "What the value is made of",
            ),
            "ru": ("{alert}", "Сработало уже ", "О чём это", "Что происходило", "Из чего складывается значение"),
        },
        charts=1,
    ),
    AdminPage(
        "silence",
        "/admin/monitoring/silence/add/?rule=1",
        {
            "en": ("Silences", "From (UTC)", "Instead of a rule: all rules on this metric."),
            "ru": ("Тишина", "Вместо правила: все правила по этому показателю."),
        },
        roles=("planner", "operator", "superuser"),
        visitors=("planner",),
    ),
    AdminPage(
        "channels",
        "/admin/monitoring/notificationchannel/",
        {"en": ("Channels", "Buyers e-mail active"), "ru": ("Каналы", "Buyers электронная почта включён")},
        visitors=("operator",),
    ),
    AdminPage(
        "channel",
        "/admin/monitoring/notificationchannel/1/change/",
        {
            "en": ("Buyers", "Nothing was sent yet", "Recipients", "Last notifications", "None yet."),
            "ru": ("Buyers", "Ещё ничего не отправлялось", "Получатели", "Последние уведомления", "Пока нет."),
        },
        visitors=("viewer", "operator"),
    ),
    AdminPage(
        "outbox",
        "/admin/monitoring/notification/",
        {"en": ("Notifications", "0 rows"), "ru": ("Уведомления",)},
        visitors=("planner",),
    ),
    AdminPage(
        "articles",
        "/admin/planning_core/article/",
        {"en": ("Articles", "{code}", "Explain"), "ru": ("Артикулы", "{code}", "Объяснить")},
    ),
    AdminPage(
        "article",
        "/admin/planning_core/article/{article}/explanation/",
        {
            "en": (
                "{code}",
                "to order: {final} pieces",
                "Risk per bundle type",
                "Why this much is ordered",
                "Every step",
                "Ready at Wildberries",
            ),
            "ru": (
                "{code}",
                "к заказу: {final} штук",
                "Риск по типам наборов",
                "Почему заказывается столько",
                "Все шаги",
                "Готово на Wildberries",
            ),
        },
        charts=3,
    ),
    AdminPage(
        "sources",
        "/admin/planning_core/sourcesync/",
        {
            "en": ("Sources", "Last good sync", "demo company", "{sources} rows"),
            "ru": ("Источники", "Последняя успешная загрузка", "демо-компания", "{sources} "),
        },
    ),
    AdminPage(
        "changes",
        "/admin/supplybrain/change/",
        {
            "en": ("Changes", "command seed_demo created alert rule"),
            "ru": ("Изменения", "команда seed_demo создано правило оповещения"),
        },
    ),
    AdminPage(
        "runs",
        "/admin/monitoring/monitoringrun/",
        {"en": ("Runs", "captured", "scheduler"), "ru": ("Запуски", "снимок сделан", "планировщик")},
    ),
    AdminPage(
        "policies",
        "/admin/planning_core/planningsettings/",
        {
            "en": ("Safety stock, days", "{code}", "{policies} rows"),
            "ru": ("Страховой запас, дней", "{code}", "{policies} "),
        },
    ),
    AdminPage(
        "tasks",
        "/admin/django_celery_beat/periodictask/",
        {"en": ("Periodic tasks",), "ru": ("Периодические задачи",)},
        roles=("operator", "superuser"),
    ),
    AdminPage(
        "users",
        "/admin/auth/user/",
        {"en": ("Users", "vera", "pavel"), "ru": ("Пользователи", "vera", "pavel")},
        roles=("superuser",),
    ),
)
BY_NAME = {page.name: page for page in PAGES}
