import pytest
import torch


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """On a busy machine of two cores a second thread makes every product of small matrices wait."""
    torch.set_num_threads(1)
