"""SQLAlchemy's engines for asyncio, without its object-relational mapper.

Their package loads that as well, for sessions: eight megabytes of which nothing here uses a line. So the module with
the engines is loaded as if the package around it were empty; whoever imports the package afterwards gets all that it
exports. This leans on how SQLAlchemy 2.0 and 2.1 are laid out, which a test holds.
"""

import importlib.util
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
else:
    _PACKAGE = "sqlalchemy.ext.asyncio"
    if _PACKAGE not in sys.modules:
        sys.modules[_PACKAGE] = importlib.util.module_from_spec(importlib.util.find_spec(_PACKAGE))
        try:
            from sqlalchemy.ext.asyncio.engine import AsyncConnection, AsyncEngine, create_async_engine
        finally:
            del sys.modules[_PACKAGE]
    else:
        from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

__all__ = ["AsyncConnection", "AsyncEngine", "create_async_engine"]
