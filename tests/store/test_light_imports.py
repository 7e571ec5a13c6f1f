"""What a question from a cold start does not pay for."""

import subprocess
import sys

import pytest


def test_the_store_loads_no_reports_and_no_pandas_and_leaves_it_to_be_loaded_by_others() -> None:
    pytest.importorskip("pandas")
    code = (
        "import sys, mmrag.store.catalog; assert not {'pandas', 'mmrag.reports'} & {*sys.modules}; "
        "import pandas; assert pandas.DataFrame"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
