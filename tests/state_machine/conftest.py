"""Let pytest say what differs, in the modules of the machine too."""

import pytest

pytest.register_assert_rewrite("tests.state_machine.checks", "tests.state_machine.steps")
