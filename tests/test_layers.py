"""What importing a layer brings along, seen from a fresh interpreter. Direct imports are checked by `make lint`."""

import subprocess
import sys

import pytest

IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
IMPORT_ONE = (
    "import importlib, sys; importlib.import_module(sys.argv[1]); print(*{n.partition('.')[0] for n in sys.modules})"
)


def top_level_packages_after(script: str, module: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, module], capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


@pytest.mark.parametrize("package", ["writer_app.ui", "writer_app.app"])
def test_importing_all_of_the_windows_leaves_torch_out(package: str) -> None:
    loaded = top_level_packages_after(IMPORT_ALL, package)

    assert "PySide6" in loaded
    assert loaded.isdisjoint({"torch", "sentencepiece", "transformers"})


@pytest.mark.parametrize("package", ["writer_app.lm", "writer_app.training"])
def test_importing_all_of_the_model_and_its_training_leaves_qt_out(package: str) -> None:
    loaded = top_level_packages_after(IMPORT_ALL, package)

    assert "torch" in loaded
    assert loaded.isdisjoint({"PySide6", "shiboken6"})


@pytest.mark.parametrize("module", ["writer_app.cli", "writer_app.models", "writer_app.settings", "writer_app.suggest"])
def test_asking_for_help_or_a_list_of_models_loads_neither_torch_nor_qt(module: str) -> None:
    loaded = top_level_packages_after(IMPORT_ONE, module)

    assert loaded.isdisjoint({"torch", "PySide6"})
