"""How templates call the functions and methods that they are given."""

from __future__ import annotations

from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from jinja2.runtime import Context

PLAIN = {BuiltinMethodType, FunctionType, MethodType}
OF_JINJA = ("_block_vars", "_loop_vars")  # handed to every call, for those that ask for the context


class QuickContext(Context):
    """Asks of a plain function once, not four times, whether it is one that wants the context as well."""

    def call(self, what: Any, /, *args: Any, **values: Any) -> Any:
        """What `what` gives for the values."""
        if type(what) not in PLAIN or hasattr(what, "jinja_pass_arg"):
            return super().call(what, *args, **values)
        for name in OF_JINJA:
            values.pop(name, None)
        return what(*args, **values)
