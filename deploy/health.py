"""Ask the bot on this machine whether it is well: ends with 0 where it is, else with 1 and a line that says why.

For whoever looks after a container. Python's own library is all it needs.
"""

import http.client
import os
import sys

PORT_VARIABLE = "BRIEFBOT_HEALTH_PORT"
PATIENCE = 4.0
"""Seconds."""


def main() -> int:
    port = os.environ.get(PORT_VARIABLE, "")
    if not port.isdecimal():
        print(f"{PORT_VARIABLE} is not the number of a port: set it to the one on which the bot says how it is")
        return 1
    # Not urllib: it would ask a proxy where one is set.
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        said = answer.read(500).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        print(f"The bot does not answer on port {port}: {error or type(error).__name__}")
        return 1
    finally:
        connection.close()
    print(f"{answer.status} {said.strip()}")
    return 0 if answer.status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
