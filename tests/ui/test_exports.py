from writer_app.documents.export import FORMATS
from writer_app.ui.actions import TABLE
from writer_app.ui.exports import KINDS, words_for


def test_the_menu_offers_every_format_there_is_by_its_name() -> None:
    assert {kind: words_for(kind) for kind in KINDS} == FORMATS
    assert [spec.id.removeprefix("export_") for spec in TABLE if spec.menu == "export"] == list(FORMATS)
