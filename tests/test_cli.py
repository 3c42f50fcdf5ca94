"""The command line: exit codes, one line of error, and JSON that holds to its keys."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.texts import story
from writer_app import __version__
from writer_app.cli import main


def test_version_and_help_need_neither_qt_nor_torch() -> None:
    for option in ("--version", "--help"):
        code = (
            "import sys; from writer_app.cli import main\n"
            f"try: main([{option!r}])\n"
            "except SystemExit as end: assert end.code == 0, end.code\n"
            "assert not {'torch', 'PySide6'} & set(sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

        assert done.returncode == 0, done.stderr
        assert __version__ in done.stdout or "Commands:" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["suggest"], ["models"], ["evaluate"], ["suggest", "--before", "x", "--count", "many"], ["--nonsense"]],
)
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)

    assert end.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_model_that_is_not_there_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", "--before", "x", "--model", "nobody"]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "nobody" in err
    assert "base-en" in err


def test_an_interrupt_exits_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("writer_app.commands.suggest.suggest", interrupted)

    assert main(["suggest", "--before", "x"]) == 130


def test_suggest_prints_json_and_nothing_else(trained_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["suggest", "--before", story(5)[:60], "--model", str(trained_model), "--count", "2", "--json"])

    answers = json.loads(capsys.readouterr().out)
    assert code == 0
    assert 1 <= len(answers) <= 2
    for answer in answers:
        assert set(answer) == {"text", "confidence", "tokens", "model", "milliseconds"}
        assert answer["text"].endswith("".join(token["text"] for token in answer["tokens"])[-1:])
        assert 0 <= answer["confidence"] <= 1
        assert all(set(token) == {"text", "probability", "alternatives"} for token in answer["tokens"])


def test_suggest_prints_a_line_for_each_alternative(trained_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["suggest", "--before", "The ", "--model", str(trained_model), "--temperature", "1", "--seed", "4"]

    assert main([*arguments, "--count", "3"]) == 0
    first = capsys.readouterr().out
    assert main([*arguments, "--count", "3"]) == 0

    assert len(first.splitlines()) == 3
    assert capsys.readouterr().out == first


def test_a_setting_out_of_range_names_its_range(trained_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", "--before", "x", "--model", str(trained_model), "--temperature", "9"]) == 1

    assert "temperature should be between 0 and 5" in capsys.readouterr().err


def test_evaluate_reports_every_measure_with_its_interval(
    trained_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "held-out.txt"
    text.write_text("\n\n".join(story(seed) for seed in range(500, 506)), encoding="utf-8")

    code = main(["evaluate", "--model", str(trained_model), str(text), "--passages", "1", "--json"])

    measures = json.loads(capsys.readouterr().out)
    matches = [f"exact_match_{n}" for n in range(1, 6)]
    rest = [
        "bits_per_character",
        "perplexity_per_token",
        "top1_next_word",
        "keystrokes_saved",
        "precision",
        "show_rate",
    ]
    assert code == 0
    assert set(measures) == {*matches, *rest}
    for measure in measures.values():
        assert set(measure) == {"value", "low", "high"}
        assert measure["low"] <= measure["value"] <= measure["high"]
    assert measures["bits_per_character"]["value"] < 2


def test_evaluate_refuses_an_unknown_measure_and_an_empty_text(
    trained_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.txt").touch()

    assert main(["evaluate", "--model", str(trained_model), str(tmp_path / "empty.txt"), "--only", "beauty"]) == 1
    assert "no measure called beauty" in capsys.readouterr().err
    assert main(["evaluate", "--model", str(trained_model), str(tmp_path / "empty.txt")]) == 1
    assert "no text" in capsys.readouterr().err


def test_models_list_tells_of_the_base_models(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--json"]) == 0

    models = {model["name"]: model for model in json.loads(capsys.readouterr().out)}
    assert set(models["base-en"]) == {"name", "path", "model_type", "parameters", "language", "kind"}
    assert models["base-en"]["kind"] == models["base-en-lstm"]["kind"] == "base"
    assert models["base-en-lstm"]["model_type"] == "writer-lstm"


@pytest.mark.parametrize("ending", ["md", "txt", "html", "docx", "pdf"])
def test_export_writes_the_format_that_the_name_says(ending: str, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text("# The Quay\n\nShe *waited*.\n", encoding="utf-8")
    target = tmp_path / f"draft-out.{ending}"

    done = subprocess.run(
        [sys.executable, "-m", "writer_app", "export", str(draft), str(target)],
        capture_output=True, text=True, check=False, env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "PATH": ""},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    start = {"docx": b"PK", "pdf": b"%PDF", "html": b"<!", "md": b"#", "txt": b"T"}[ending]
    assert target.read_bytes().upper().startswith(start.upper())


def test_export_of_what_is_not_there_fails_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path / "none.md"), str(tmp_path / "out.txt")]) == 1
    assert capsys.readouterr().err.count("\n") == 1

    (tmp_path / "a.md").write_text("x")
    assert main(["export", str(tmp_path / "a.md"), str(tmp_path / "out"), "--to", "scroll"]) == 1
    assert "scroll" in capsys.readouterr().err
