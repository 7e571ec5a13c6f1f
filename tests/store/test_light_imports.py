"""What a question from a cold start does not pay for."""

import subprocess
import sys
from pathlib import Path

import pytest


def test_the_store_loads_no_reports_and_no_pandas_and_leaves_it_to_be_loaded_by_others() -> None:
    pytest.importorskip("pandas")
    code = (
        "import sys, mmrag.store.catalog; assert not {'pandas', 'mmrag.reports'} & {*sys.modules}; "
        "import pandas; assert pandas.DataFrame"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_question_loads_no_parts_of_numpy_that_it_does_not_need(sample_index: Path) -> None:
    code = (
        "import sys; from mmrag.index import Index\n"
        "with Index.open(sys.argv[1]) as index: assert index.search('operating profit').hits\n"
        "unneeded = {'numpy.random', 'numpy.ma', 'torch', 'onnxruntime'} & {*sys.modules}\n"
        "sys.exit(', '.join(sorted(unneeded)) or None)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(sample_index)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
