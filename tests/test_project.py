"""What the repository promises about itself: pinned versions, one entry point, resources that are there and sound."""

import importlib.metadata
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement

import writer_app
from writer_app.documents.markup import Heading, SceneBreak, parse

ROOT = Path(__file__).parent.parent
ICONS = sorted((ROOT / "resources" / "icons").glob("*.svg"))


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {name.lower(): version for name, version in pairs}


def declared() -> list[Requirement]:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = data["project"]
    names = [*project["dependencies"], *project["optional-dependencies"]["dev"], *data["build-system"]["requires"]]
    return [Requirement(name) for name in names]


@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_every_dependency_is_pinned_to_a_version_it_allows(requirement: Requirement) -> None:
    assert requirement.specifier.contains(pins()[requirement.name.lower()])


def test_what_the_pinned_packages_need_is_pinned_too() -> None:
    pinned = pins()
    needed = set()
    for name in pinned:
        for text in importlib.metadata.requires(name) or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                needed.add(requirement.name.lower().replace("_", "-"))
    cuda = re.compile(r"nvidia-|cuda-|triton")  # come with a CUDA build of torch only

    assert {name for name in needed if not cuda.match(name)} <= set(pinned)


def test_constraints_name_no_build_and_no_host() -> None:
    assert not re.search(r"\+|://|@", (ROOT / "constraints.txt").read_text())


def test_the_installed_command_is_the_one_entry_point() -> None:
    found = importlib.metadata.distribution("writer-app")

    assert found.version == writer_app.__version__
    assert [(point.name, point.value) for point in found.entry_points] == [("writer-app", "writer_app.cli:main")]


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_an_icon_is_sound_and_takes_the_colour_of_the_theme(path: Path) -> None:
    root = ElementTree.parse(path).getroot()

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    if path.stem != "app":
        assert root.get("viewBox") == "0 0 24 24"
        assert root.get("stroke") == "currentColor"


def test_the_desktop_file_and_the_appstream_description_agree() -> None:
    entries = dict(
        line.split("=", 1) for line in (ROOT / "resources/writer-app.desktop").read_text().splitlines() if "=" in line
    )
    metainfo = ElementTree.parse(ROOT / "resources/writer-app.metainfo.xml").getroot()

    assert entries["Name"] == metainfo.findtext("name")
    assert entries["Comment"] == metainfo.findtext("summary")
    assert entries["Exec"].split()[0] == metainfo.findtext("provides/binary")
    assert metainfo.find("releases/release").get("version") == writer_app.__version__


def test_the_sample_story_has_what_the_app_can_show() -> None:
    (path,) = (ROOT / "resources" / "sample").glob("*.md")
    text = path.read_text(encoding="utf-8")
    blocks = parse(text).blocks

    assert 1_200 <= len(text.split()) <= 2_000
    assert sum(isinstance(block, Heading) for block in blocks) >= 2
    assert any(isinstance(block, SceneBreak) for block in blocks)
    assert any(span.italic for block in blocks if not isinstance(block, SceneBreak) for span in block.spans)
    assert not re.search(r"[\"']", text), "quotes are typographic"
