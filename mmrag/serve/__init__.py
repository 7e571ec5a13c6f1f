"""One server over one or several indexes: an HTTP API, a page, an OpenAI endpoint and MCP.

    settings ─▶ Engine (indexes, models, two pools of threads) ─▶ app (routes behind the Guard)

Whatever comes in is not trusted: names and IDs are looked up and never become paths, bodies end at
their limit, and what documents say is only ever data.
"""
