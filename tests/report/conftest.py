import pytest

from qingfeng.report.dossier import write_dossier
from qingfeng.report.proof import prove
from tests.report.dossier_sample import CREATED, answer, fill


@pytest.fixture
def written(case, tmp_path):
    fill(case)
    out = tmp_path / "dossier"
    return write_dossier(case, out, findings=answer(), proof=prove(case), created=CREATED)
