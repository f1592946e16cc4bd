"""What follows from the choices: the facts by which servers, proxies and platforms fit each other."""

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scaffold import answers as answering
from scaffold import places
from scaffold.changes import Changes
from scaffold.deployment import words
from scaffold.deployment.choices import Choices, common
from scaffold.errors import BadAnswer, Refused, ScaffoldError
from scaffold.flask_code import choice, limit
from scaffold.flask_code.code import Code
from scaffold.project import Project
from scaffold.template import Template, matches

# Bytes of a request body where the code sets no limit.
LIMIT = 16 * 1024 * 1024
UNITS = {"K": 1024, "M": 1024**2, "G": 1024**3}
# A proxy waits longer than the app may take, and what ends the app waits longer still.
PATIENCE, LAST = 5, 10
# What a server does that does not say otherwise.
USUAL = {"notify": False, "restart": "on-failure", "removes_socket": False}
# What a template says of itself alone.
OWN = frozenset(["protocols", "place", "front", "upstream"])
Facts = dict[str, Any]


def of_deployment(project: Project, changes: Changes, choices: Choices) -> list[tuple[Template, Facts]]:
    """Return each template with what it may name; raise `Refused` for a combination that does not work."""
    settings, chosen = common(), choices.templates()
    facts = _of_project(project, changes, settings)
    asked = answering.complete(settings, _own(settings, choices.given), known=facts)
    facts |= _of_host({**facts, **asked})
    own = [_answers(template, choices.given, facts) for template in chosen]
    declared = [_declared(template, {**facts, **one}) for template, one in zip(chosen, own, strict=True)]
    _check_places(chosen, declared)
    facts |= _together(chosen, declared)
    facts |= _of_proxies(facts, choices, chosen, declared)
    facts |= _of_binding(facts, chosen, asked)
    for template, answers in zip(chosen, own, strict=True):
        if template.kind == "server":
            facts |= words.of_server(template, {**facts, **answers})
        if template.kind == "proxy":
            facts |= words.of_proxy(template, {**facts, **answers})
    facts |= words.of_project(changes, facts)
    found = [(settings, facts), *((t, _front({**facts, **one}, t)) for t, one in zip(chosen, own, strict=True))]
    _check(found)
    return found


def _declared(template: Template, answers: Mapping[str, Any]) -> Facts:
    """Return what the template says of itself; "{workers}" stands for an answer of its own, whatever that is."""
    slots = {f"{{{name}}}": value for name, value in answers.items()}
    said = template.declared("provides", answers).items()
    return {name: slots.get(value, value) if isinstance(value, str) else value for name, value in said}


def _own(template: Template, given: Mapping[str, Any]) -> Facts:
    return {question["name"]: given[question["name"]] for question in template.questions if question["name"] in given}


def _answers(template: Template, given: Mapping[str, Any], facts: Mapping[str, Any]) -> Facts:
    asked = answering.complete(template, _own(template, given), known=facts)
    return {**asked, **answering.facts(template, asked)}


def _of_project(project: Project, changes: Changes, settings: Template) -> Facts:
    code = Code(changes)
    target = choice.target(code, project.roles, project.app)
    known = places.known(project, changes, settings)
    is_factory = target.endswith("()")
    module, _, name = ("wsgi:app" if is_factory else target).partition(":")
    return {
        # What a name can be made of in the configuration of any program.
        "package_name": re.sub("[^a-z0-9]+", "_", known["project_slug"].lower()).strip("_") or "app",
        **known,
        "is_factory": is_factory,
        "factory_module": target.partition(":")[0],
        "factory_name": target.partition(":")[2].removesuffix("()"),
        "wsgi_target": f"{module}:{name}",
        "wsgi_module": module,
        "wsgi_name": name,
        "wsgi_file": f"{module.replace('.', '/')}.py",
        "static_url": "/static",
        "code_limit": limit.of_bodies(code) or LIMIT,
        "believes": known["ours"] or _names(code, b"ProxyFix"),
        "writes_instance": _names(code, b"instance_path"),
        "requirements_file": _requirements_file(changes),
    }


def _requirements_file(changes: Changes) -> str:
    """Return the file that says what the project needs, "" when none does that pip could read."""
    from scaffold.edits import dependency

    try:
        return dependency.file(changes)
    except ScaffoldError:
        return ""


def _names(code: Code, word: bytes) -> bool:
    return any(word in (code.raw(path) or b"") for path in code.paths)


def _of_host(facts: Mapping[str, Any]) -> Facts:
    root, domain, timeout = facts["root"], facts["domain"], facts["timeout"]
    folder = f"/etc/letsencrypt/live/{domain}"
    size = str(facts["limit"] or facts["code_limit"])
    return {
        **facts,
        "run_dir": facts["run"],
        "socket": f"{facts['run']}/{facts['project_slug']}.sock",
        "static_path": posixpath.join(root, facts["static_dir"]),
        "body_limit": int(size[:-1]) * UNITS[size[-1]] if size[-1] in UNITS else int(size),
        "proxy_timeout": timeout + PATIENCE,
        "stop_timeout": timeout + LAST,
        "own_certificate": bool(facts["certificate"]),
        "certificate": facts["certificate"] or f"{folder}/fullchain.pem",
        "certificate_key": facts["certificate_key"] or f"{folder}/privkey.pem",
    }


def _check_places(chosen: Sequence[Template], declared: Sequence[Mapping[str, Any]]) -> None:
    """Raise `Refused` when one proxy would have to find the app in two places."""
    placed = {
        said["place"]: t.name for t, said in zip(chosen, declared, strict=True) if said.get("place", "none") != "none"
    }
    proxy = next((template.name for template in chosen if template.kind == "proxy"), "")
    if proxy and len(placed) > 1:
        one, other = placed.values()
        raise Refused(
            f"{proxy} cannot stand in front of {one} and {other}",
            "its configuration is for one place, and 'scaffold deploy' shows what is there",
            f"one of them, after 'scaffold remove {one}' or 'scaffold remove {other}'",
        )


def _together(chosen: Sequence[Template], declared: Sequence[Mapping[str, Any]]) -> Facts:
    """Return all that the templates say of themselves, and which there are."""
    found: Facts = {
        **USUAL,
        "server": "",
        "proxy": "",
        "serves_static": False,
        "image": "",
        "builds_image": False,
        "place": "host",
        "network_upstream": "",
    }
    for template, said in zip(chosen, declared, strict=True):
        found |= {name: value for name, value in said.items() if name not in OWN}
        if template.kind != "platform":
            found[template.kind] = template.name
    platforms = [said for template, said in zip(chosen, declared, strict=True) if template.kind == "platform"]
    placed = [said for said in platforms if said.get("place", "none") != "none"]
    # One that only says where it publishes the app counts where no other says where the app is.
    for said in placed or [said for said in platforms if said.get("upstream")]:
        found |= {"place": said.get("place", "host"), "network_upstream": said.get("upstream", "")}
    return {**found, "has_proxy": bool(found["proxy"])}


def _of_proxies(
    facts: Mapping[str, Any], choices: Choices, chosen: Sequence[Template], declared: Sequence[Mapping[str, Any]]
) -> Facts:
    """Return what is spoken between proxy and app, and how many proxies stand in front."""
    said = {template.kind: one for template, one in zip(chosen, declared, strict=True)}
    spoken = {kind: list(one.get("protocols", ["http"])) for kind, one in said.items()}
    heard = spoken["server"]
    both = [one for one in spoken.get("proxy", heard) if one in heard]
    if not both or facts["protocol"] not in ("", *both):
        # A template that has a sentence about it knows best what to do instead.
        wanted = [one for one in heard if facts["protocol"] in ("", one)]
        _check((template, {**facts, "protocol": one}) for template in chosen for one in wanted)
    if facts["protocol"] and facts["protocol"] not in both:
        between = f"{choices.server} and {choices.proxy}" if choices.proxy else choices.server
        raise BadAnswer("--protocol", facts["protocol"], f"{between} can speak {' or '.join(both) or 'nothing'}")
    if not both:
        raise Refused(
            f"{choices.proxy} cannot stand in front of {choices.server}",
            f"it speaks {' and '.join(spoken['proxy'])}, and {choices.server} {' and '.join(heard)}",
            "another proxy",
        )
    protocol = facts["protocol"] or both[0]
    proxies = facts["proxies"] if facts["proxies"] != "" else int(facts["has_proxy"])
    if proxies < facts["has_proxy"]:
        raise BadAnswer("--proxies", str(proxies), f"{choices.proxy} is one already")
    return {
        "protocol": protocol,
        "proxies": proxies,
        "edge": proxies <= 1,
        # What runs inside the proxy is handed the client as it is.
        "hops": proxies - (protocol == "embedded"),
        "must_believe": proxies > (protocol == "embedded") and not facts["believes"],
        "told_proxies": facts["proxies"] != "",
    }


def _of_binding(facts: Mapping[str, Any], chosen: Sequence[Template], asked: Mapping[str, Any]) -> Facts:
    """Return where the app listens, and where the proxy finds it."""
    published = facts["network_upstream"].format_map(facts)
    beside = facts["has_proxy"] and facts["place"] == "host" and not facts["upstream"] and not published
    takes_socket = "unix" in chosen[0].declared("start", facts)
    bind = asked["bind"] or ("unix" if beside and takes_socket else "tcp")
    if bind == "unix" and not takes_socket:
        raise BadAnswer("--bind", "unix", f"{facts['server']} takes no unix socket")
    own = f"unix:{facts['socket']}" if bind == "unix" else f"{facts['host']}:{facts['port']}"
    own = published or own
    upstreams = [_upstream(address) for address in facts["upstream"] or [own]]
    return {"bind": bind, "upstreams": upstreams, "several": len(upstreams) > 1}


def _upstream(address: str) -> Facts:
    if address.startswith("unix:"):
        return {"address": address, "kind": "unix", "host": "", "port": "", "socket": address.removeprefix("unix:")}
    host, _, port = address.rpartition(":")
    return {"address": address, "kind": "tcp", "host": host, "port": port, "socket": ""}


def _front(facts: Facts, template: Template) -> Facts:
    """Return the facts as they are on a platform that has proxies of its own, and none of ours."""
    said = template.declared("provides", facts)
    if "front" not in said:
        return facts
    proxies = facts["proxies"] if facts["told_proxies"] else said["front"]
    return {**facts, "proxies": proxies, "hops": proxies, "edge": False}


def _check(found: Iterable[tuple[Template, Facts]]) -> None:
    for template, facts in found:
        for refusal in template.listed("refused"):
            if matches(refusal.get("when", {}), facts):
                raise Refused(f"{template.name} does not go with these choices", refusal["because"], refusal["instead"])
