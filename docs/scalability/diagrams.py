"""Diagrams of the services in Mermaid, made from their routing tables, so that they say what is deployed."""

from collections import defaultdict

from infra.contracts.known import UPSTREAM, Contract, contracts


def services() -> str:
    """One diagram for each service: what its mailboxes hear and from whom, and what it says."""
    said: defaultdict[str, list[Contract]] = defaultdict(list)
    for known in contracts():
        said[known.producer].append(known)
    return "\n\n".join(f"### {name}\n\n{_one(name, said[name])}" for name in sorted(said) if name != UPSTREAM)


def heard(service: str) -> dict[str, dict[str, list[str]]]:
    """Mailbox -> producer -> what is heard of it, an effect with a star."""
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for known in contracts():
        for one in known.heard():
            if one.service == service:
                found[one.mailbox][known.producer].append(known.name + "*" * one.effect)
    return {mailbox: dict(of) for mailbox, of in sorted(found.items())}


def _one(service: str, said: list[Contract]) -> str:
    lines = ["```mermaid", "flowchart LR", f"    table[({service}: table)]"]
    for number, (mailbox, producers) in enumerate(heard(service).items()):
        box = f"box{number}"
        lines.append(f'    {box}[["{mailbox}"]] --> table')
        notes = [_note(f"{box}_{producer}", producer, names) for producer, names in producers.items()]
        lines += [f"    {note} --> {box}" for note in notes]
    says = _note("says", service, [known.name for known in said])
    return "\n".join([*lines, f'    table --> relay[["{service}-relay"]] --> {says}', "```"])


def _note(node: str, producer: str, names: list[str]) -> str:
    """A box with all names: as words on an arrow they would cover each other."""
    return f'{node}["<b>{producer}</b><br>{"<br>".join(names)}"]'
