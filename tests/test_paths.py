import shutil
import sys
from pathlib import Path

import pytest

from tests.fakes import run_python
from writer_app import paths

XDG = {
    "XDG_CONFIG_HOME": paths.config_folder,
    "XDG_DATA_HOME": paths.data_folder,
    "XDG_STATE_HOME": paths.state_folder,
    "XDG_CACHE_HOME": paths.cache_folder,
}


@pytest.mark.skipif(sys.platform != "linux", reason="XDG folders are Linux's")
@pytest.mark.parametrize("variable", XDG)
def test_each_folder_follows_its_variable_at_call_time(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "elsewhere"))

    assert XDG[variable]() == tmp_path / "elsewhere" / "writer-app"


@pytest.mark.skipif(sys.platform != "linux", reason="XDG folders are Linux's")
def test_without_xdg_variables_the_folders_are_in_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in XDG:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    for folder in XDG.values():
        assert folder().is_relative_to(tmp_path)


def test_asking_for_folders_creates_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in XDG:
        monkeypatch.setenv(variable, str(tmp_path))

    for folder in XDG.values():
        folder()

    assert list(tmp_path.iterdir()) == []


def test_in_a_checkout_resources_and_models_lie_beside_the_package() -> None:
    root = Path(paths.__file__).parent.parent

    assert paths.resources_folder() == root / "resources"
    assert paths.model_folders()[1] == root / "models"


def test_models_of_the_user_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert paths.model_folders()[0] == paths.data_folder() / "models"


def test_in_an_installed_wheel_they_lie_inside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "writer_app"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copy(paths.__file__, package)
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from writer_app import paths
print(paths.resources_folder(), paths.model_folders()[1], sep="\\n")
"""

    result = run_python(code, package.parent)

    assert result.stdout.split() == [str(package / "resources"), str(package / "models_data")]
