import subprocess
import sys


def test_windows_ends_in_one_sentence_that_says_where_to_run() -> None:
    code = "import sys; sys.platform = 'win32'; import flows.cli.app"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "run it in WSL 2 or in the container image" in done.stderr
