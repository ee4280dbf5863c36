"""The folder of real data beside the project."""

from pathlib import Path

from configs.config_errors import DataRejectedError

_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(part: str = "") -> Path:
    """The folder, or a part of it.

    Raises:
        DataRejectedError: it is not there.
    """
    path = _FOLDER / part
    if not path.exists():
        raise DataRejectedError(
            f"../shared/data/{part} is not there, so this cannot be measured; put the data "
            "beside the project"
        )
    return path
