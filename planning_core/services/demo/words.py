"""The invented vocabulary of the demo company: garments, series, fabrics, sizes, packs, places."""

from dataclasses import dataclass
from enum import Enum


class Season(Enum):
    """When a garment sells best; the value is (day of the year of the peak, amplitude as a share of the mean)."""

    ALL_YEAR = (330, 0.06)
    SUMMER = (185, 0.35)
    WINTER = (345, 0.40)


@dataclass(frozen=True)
class Style:
    """A kind of garment; `pack_pieces` lists the packs it is sold in, most popular first."""

    code: str
    name: str
    season: Season
    price_rub: int
    pack_pieces: tuple[int, ...]
    has_elastic: bool = True
    is_sock: bool = False


STYLES = (
    Style("BXR", "Боксеры мужские", Season.ALL_YEAR, 390, (4, 6)),
    Style("BRF", "Трусы-слипы мужские", Season.ALL_YEAR, 340, (5,)),
    Style("TRK", "Боксеры удлинённые", Season.ALL_YEAR, 430, (4, 5)),
    Style("BRZ", "Трусики-бразилиана", Season.ALL_YEAR, 360, (5, 1)),
    Style("SLP", "Трусики-слипы", Season.ALL_YEAR, 310, (6, 4)),
    Style("HIP", "Трусики-хипстеры", Season.ALL_YEAR, 330, (5,)),
    Style("BRA", "Бра-топ бесшовный", Season.ALL_YEAR, 890, (1,)),
    Style("TNK", "Майка мужская", Season.SUMMER, 520, (4,), has_elastic=False),
    Style("CAM", "Майка на бретелях", Season.SUMMER, 490, (4, 1), has_elastic=False),
    Style("TEE", "Футболка базовая", Season.SUMMER, 690, (4, 5), has_elastic=False),
    Style("TEO", "Футболка оверсайз", Season.SUMMER, 840, (1, 4), has_elastic=False),
    Style("LNG", "Лонгслив", Season.WINTER, 920, (1,), has_elastic=False),
    Style("THT", "Термобельё, верх", Season.WINTER, 1190, (1,), has_elastic=False),
    Style("THB", "Термобельё, низ", Season.WINTER, 1090, (1,)),
    Style("SCC", "Носки хлопковые", Season.ALL_YEAR, 120, (6, 4), is_sock=True),
    Style("SCS", "Носки спортивные", Season.ALL_YEAR, 150, (5,), is_sock=True),
    Style("SCW", "Носки шерстяные", Season.WINTER, 290, (4,), is_sock=True),
    Style("NSH", "Подследники", Season.SUMMER, 110, (6,), is_sock=True),
    Style("LEG", "Леггинсы", Season.ALL_YEAR, 1150, (1,)),
    Style("PJS", "Шорты пижамные", Season.SUMMER, 640, (4, 1)),
)

SERIES = (
    ("NRD", "Север / Nord"),
    ("WAV", "Волна / Wave"),
    ("BAS", "Основа / Base"),
    ("DEW", "Роса / Dew"),
    ("TRL", "Тропа / Trail"),
    ("FRT", "Иней / Frost"),
)

# (inner code, invented code of the fabric, description). The first ones go into every pack.
BASIC_COLORS = (
    ("BLACK", "SB 19-0001", "чёрный уголь"),
    ("WHITE", "SB 11-0002", "белое молоко"),
    ("GRAPHITE", "SB 18-0003", "графит"),
    ("NAVY", "SB 19-0004", "тёмно-синий"),
)
ACCENT_COLORS = (
    ("MELANGE", "SB 14-0101", "серый меланж"),
    ("SAND", "SB 13-0102", "песок"),
    ("ROSE", "SB 13-0103", "пыльная роза"),
    ("OLIVE", "SB 17-0104", "олива"),
    ("BRICK", "SB 18-0105", "кирпич"),
    ("LAGOON", "SB 16-0106", "лагуна"),
    ("LILAC", "SB 15-0107", "сирень"),
    ("MINT", "SB 13-0108", "мята"),
    ("CHERRY", "SB 19-0109", "вишня"),
    ("MUSTARD", "SB 15-0110", "горчица"),
    ("FOREST", "SB 19-0111", "хвоя"),
    ("PEACH", "SB 13-0112", "персик"),
)
COLORS = BASIC_COLORS + ACCENT_COLORS

GARMENT_SIZES = ("XS", "S", "M", "L", "XL", "XXL")
SOCK_SIZES = ("23", "25", "27", "29", "31", "33")
SIZES = GARMENT_SIZES + SOCK_SIZES
SIZE_SHARES = (0.07, 0.19, 0.28, 0.25, 0.14, 0.07)  # of an article's demand, smallest size first

PACKS = (
    (1, "single", "Поштучно"),
    (4, "pack4", "Набор 4 шт."),
    (5, "pack5", "Набор 5 шт."),
    (6, "pack6", "Набор 6 шт."),
)

ELASTICS = (
    ("EL-20-SOFT", "Резинка 20 мм, мягкая"),
    ("EL-30-JACQUARD", "Резинка 30 мм, жаккард"),
    ("EL-35-BRUSHED", "Резинка 35 мм, с начёсом"),
    ("EL-08-PICOT", "Резинка 8 мм, пико"),
    ("EL-12-SOCK", "Резинка 12 мм, носочная"),
)

OWN_WAREHOUSE = ("NSK", "Новосибирск, свой склад")
# (code, name, the vendor's office number, share of a listing's bundles). Numbers outside the vendor's own range.
WB_OFFICES = (
    ("WB-KOLEDINO", "Коледино", 990001, 0.5),
    ("WB-KAZAN", "Казань", 990002, 0.3),
    ("WB-NOVOSIBIRSK", "Новосибирск WB", 990003, 0.2),
)
