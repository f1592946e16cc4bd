"""Servers, proxies and platforms that nobody has heard of, for what holds for all of them."""

from pathlib import Path

SLUG = "{{cookiecutter.project_slug}}"
NAMES = '{"project_slug": "shop", "_jinja2_env_vars": {"trim_blocks": true}}'

ACORN = """
summary = "Acorn: a made-up server."
dependencies = ["acorn>=1"]
next = ["[[ start_command ]]"]
[[question]]
name = "rings"
kind = "number"
default = 4
help = "How many."
[[question]]
name = "shell"
kind = "choice"
choices = ["thick", "thin"]
default = "thick"
help = "How hard."
[provides]
protocols = ["http"]
hard = true
ring_count = "{rings}"
[start]
tcp = ["acorn", "--at", "{host}:{port}", "--rings", "{rings}", "{wsgi_target}"]
unix = ["acorn", "--at", "{socket}", "--rings", "{rings}", "{wsgi_target}"]
stop = "SIGINT"
reload = "SIGHUP"
[[variant]]
when = { shell = "thin" }
provides = { hard = false }
start = { stop = "SIGQUIT" }
[[edit]]
kind = "section"
source = "section.md"
before = "## Test and check"
"""
BIRCH = """
summary = "Birch: another one."
dependencies = ["birch>=2"]
[[question]]
name = "rings"
kind = "number"
default = 1
most = 9
help = "How many."
[provides]
protocols = ["sap", "http"]
[start]
tcp = ["birch", "{protocol}", "{host}:{port}", "{wsgi_target}"]
"""
HEDGE = """
summary = "Hedge: a made-up proxy."
[provides]
protocols = ["sap", "http"]
serves_static = true
[[refused]]
when = { hard = false }
because = "a hedge lets thin shells fall through"
instead = "--shell thick"
[[edit]]
kind = "section"
source = "section.md"
before = "## Test and check"
"""
FENCE = """
summary = "Fence: a proxy of few words."
[provides]
protocols = ["nails"]
"""
GARDEN = """
summary = "Garden: a place with a door."
[provides]
place = "network"
upstream = "acorn.garden:8000"
"""
ORCHARD = """
summary = "Orchard: the hedge stands beside the acorn."
[provides]
place = "host"
"""
MEADOW = """
summary = "Meadow: has a hedge of its own."
requires = ["garden"]
[provides]
place = "none"
front = 2
"""


def grow(catalog: Path) -> None:
    """Write them all."""
    for kind, name, manifest, files in [
        ("servers", "acorn", ACORN, {"acorn.ini": "rings = {{cookiecutter.rings}}\n"}),
        ("servers", "birch", BIRCH, {"birch.ini": "bark = white\n"}),
        ("proxies", "hedge", HEDGE, {"deploy/hedge.conf": HEDGE_CONF}),
        ("proxies", "fence", FENCE, {}),
        ("platforms", "garden", GARDEN, {"garden.txt": "{{cookiecutter.container_command}}\n"}),
        ("platforms", "orchard", ORCHARD, {}),
        ("platforms", "meadow", MEADOW, {"meadow.txt": "{{cookiecutter.hops}}\n"}),
    ]:
        folder = catalog / kind / name
        (folder / SLUG / "deploy").mkdir(parents=True)
        (folder / "sources").mkdir()
        (folder / "template.toml").write_text(manifest)
        (folder / "cookiecutter.json").write_text(NAMES)
        (folder / "sources" / "section.md").write_text(f"## The {name}\n\n`[[ domain ]]`\n")
        for path, text in files.items():
            (folder / SLUG / path).write_text(text)


HEDGE_CONF = (
    "{% for one in cookiecutter.upstreams %}\n"
    "to {{cookiecutter.protocol}} {{one.address}} {{cookiecutter.body_limit}} {{cookiecutter.edge}}\n"
    "{% endfor %}\n"
)
