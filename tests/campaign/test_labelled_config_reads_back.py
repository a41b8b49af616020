"""A configuration of labelled text that was written out whole reads back to an equal one."""

from holdfast.campaign.config import load_config, resolve, to_yaml


def test_a_shown_configuration_of_labelled_text_reads_back(tmp_path):
    config = resolve(
        {
            "task": {
                "kind": "labelled",
                "data": {
                    "path": str(tmp_path / "texts.csv"),
                    "columns": {"text": "text", "label": "label"},
                    "labels": {"catastrophic": [1]},
                },
            },
            "judge": "carried",
            "classifier": {"kind": "folder", "path": str(tmp_path / "guard"), "bad": ["hate"]},
        }
    )
    shown = tmp_path / "shown.yaml"
    shown.write_text(to_yaml(config))
    assert load_config(shown) == config
    assert resolve(config.model_dump(mode="json")) == config
