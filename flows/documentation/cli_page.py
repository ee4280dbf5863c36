"""The page of the command line: every verb with its arguments and options, from typer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from flows.cli.app import app
from flows.documentation.markdown import cell, code_cell, page, table

_INTRODUCTION = """This page is generated from the program. `understory VERB --help` prints the
same text. Results go to standard output, the log to standard error. Exit codes: 0 done, 1 the data
were rejected, 2 the command or the configuration is wrong, 130 interrupted."""


def cli_page() -> str:
    """Every verb, in the order of `understory --help`."""
    found = verbs()
    summary = table(
        ("verb", "what it does"),
        (
            (f"[`{name}`](#{_anchor(name)})", cell(_first_sentence(verb.help)))
            for name, verb in found.items()
        ),
    )
    return page("Command line", _INTRODUCTION, summary, *map(_section, found, found.values()))


@cache
def verbs() -> Mapping[str, TyperCommand]:
    """The commands by their full name, such as `understory tune backtest`."""
    return MappingProxyType(dict(_walk("understory", typer.main.get_command(app))))


def options(verb: TyperCommand) -> Mapping[str, TyperOption]:
    """The options of a verb by each of their spellings, such as `--out`."""
    return {
        spelling: parameter
        for parameter in verb.params
        if isinstance(parameter, TyperOption)
        for spelling in (*parameter.opts, *parameter.secondary_opts)
    }


def _walk(name: str, command: object) -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(command, TyperGroup):
        for child, below in command.commands.items():
            if not below.hidden:
                is_default = child == getattr(command, "default_verb", None)
                yield from _walk(name if is_default else f"{name} {child}", below)
    elif isinstance(command, TyperCommand):
        yield name, command
    else:
        raise TypeError(f"{name}: neither a verb nor a group of verbs")


def _section(name: str, verb: TyperCommand) -> str:
    arguments = [p for p in verb.params if isinstance(p, TyperArgument)]
    chosen = [p for p in verb.params if isinstance(p, TyperOption) and not p.hidden]
    usage = [name, *(["[OPTIONS]"] if chosen else []), *map(_argument_usage, arguments)]
    parts = [f"## {name}", " ".join((verb.help or "").split()), f"```text\n{' '.join(usage)}\n```"]
    if arguments or chosen:
        rows = [
            *((code_cell(a.name), cell(_need(a)), cell(a.help)) for a in arguments),
            *((_spellings(o), cell(_need(o)), cell(o.help)) for o in chosen),
        ]
        parts.append(table(("argument or option", "default", "meaning"), rows))
    return "\n\n".join(parts)


def _argument_usage(argument: TyperArgument) -> str:
    name = str(argument.name).upper() + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _spellings(option: TyperOption) -> str:
    value = "" if option.is_flag else f" {option.metavar or _choices(option)}"
    names = [code_cell(f"{spelling}{value}") for spelling in option.opts]
    return ", ".join((*names, *map(code_cell, option.secondary_opts)))


def _choices(option: TyperOption) -> str:
    """The values that an option takes where they are few, else its name."""
    described = option.type_descriptor
    if described.is_choice:
        return "|".join(map(str, described.choices or ()))
    return str(option.name).upper()


def _need(parameter: TyperArgument | TyperOption) -> str:
    if parameter.required:
        return "required"
    default = parameter.default
    if default is None or default is False or callable(default):
        return ""
    return str(default)


def _first_sentence(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


def _anchor(name: str) -> str:
    return name.replace(" ", "-")
