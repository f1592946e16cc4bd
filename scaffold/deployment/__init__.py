"""How a project goes live: a server, a proxy and platforms, chosen together and planned as one operation."""
