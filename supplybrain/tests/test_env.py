"""Every reader refuses what it cannot use, and says which variable it was and what would be right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from supplybrain import env

NAME = "SUPPLY_BRAIN_TEST"


@pytest.mark.parametrize(
    ("word", "value"), [("1", True), ("True", True), ("on", True), ("no", False), ("FALSE", False)]
)
def test_truth_values_have_several_spellings(monkeypatch: pytest.MonkeyPatch, word: str, value: bool) -> None:  # noqa: FBT001
    monkeypatch.setenv(NAME, word)
    assert env.read_bool(NAME) is value


def test_lists_are_comma_separated_and_blanks_vanish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "a, b,,c ")
    assert env.read_list(NAME) == ["a", "b", "c"]


@pytest.mark.parametrize("raw", ["", None])
@pytest.mark.parametrize(
    ("read", "default"),
    [(env.read_str, "x"), (env.read_bool, True), (env.read_int, 3), (env.read_list, ["y"])],
)
def test_a_missing_or_empty_variable_gives_the_default(
    monkeypatch: pytest.MonkeyPatch, read: Callable[..., object], default: object, raw: str | None
) -> None:
    monkeypatch.delenv(NAME, raising=False)
    if raw is not None:
        monkeypatch.setenv(NAME, raw)
    assert read(NAME, default=default) == default


@pytest.mark.parametrize("read", [env.read_str, env.read_bool, env.read_int, env.read_list])
def test_a_missing_variable_without_a_default_is_named(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], object]
) -> None:
    monkeypatch.delenv(NAME, raising=False)
    with pytest.raises(env.EnvironmentVariableError, match=rf"^{NAME} is not set\. Set it .* \.env\.example"):
        read(NAME)


@pytest.mark.parametrize(
    ("read", "raw", "message"),
    [
        (env.read_bool, "maybe", f"{NAME} is 'maybe': expected true or false."),
        (env.read_int, "1.5", f"{NAME} is '1.5': expected a whole number."),
        (lambda name: env.read_int(name, minimum=1), "0", f"{NAME} is 0, must be at least 1."),
        (lambda name: env.read_int(name, maximum=9), "10", f"{NAME} is 10, must be at most 9."),
        (lambda name: env.read_choice(name, ("ru", "en")), "de", f"{NAME} is 'de', must be one of: ru, en."),
    ],
)
def test_a_malformed_value_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], object], raw: str, message: str
) -> None:
    monkeypatch.setenv(NAME, raw)
    with pytest.raises(env.EnvironmentVariableError) as refusal:
        read(NAME)
    assert str(refusal.value) == message


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(NAME, "environment")
    monkeypatch.delenv(f"{NAME}_2", raising=False)
    (tmp_path / ".env").write_text(f"# comment\n\n{NAME}=file\n{NAME}_2 = a=b \n")
    env.read_dotenv(tmp_path / ".env")
    assert (env.read_str(NAME), env.read_str(f"{NAME}_2")) == ("environment", "a=b")


def test_a_bad_line_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# fine\nexport A=1\n")
    with pytest.raises(env.EnvironmentVariableError, match=r"^\.env line 2: expected NAME=value\.$"):
        env.read_dotenv(tmp_path / ".env")
