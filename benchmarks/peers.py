"""What other engines take to answer the same cases: all graphs that bear on insulinoma, each leaf asserted to be the library's.

Each peer is handed what suits it: flat cases of which everything is known, groups as one text, the graphs in its own form. It
says leaves, nothing of what is missing or why. A peer that cannot be imported is skipped, with the reason. Processor times of
interleaved rounds; instructions (valgrind) beside them, which know nothing of memory and the kernel. `--times` leaves them out.
"""

from __future__ import annotations

import argparse
import collections
import collections.abc
import functools
import importlib.metadata
import itertools
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from by_hand import by_hand
from figures import number, tell, untold
from instructions import WARM, check, complete_cases, forked, microseconds, read_all, repeat, valgrind

from pnet_pathways import Case, load_pathways
from pnet_pathways.engine.recommend import Engine
from pnet_pathways.model.pathway import Leaf, Question, Track

BY_HAND = "peers: written by hand"
LIBRARY = "peers: the library, everything read"
FROM_DATA = "peers: the library, dict to everything read"
BY_KEY = ("zen-engine, evaluate(key), expressions", "zen-engine, evaluate(key), decision tables")
BEST = "zen-engine, its best evaluate(key)"
Flat = dict[str, Any]
Answers = Callable[[Any], Any]


class Ask(NamedTuple):
    """A question of a graph: the fact, and where each of its values leads."""

    fact: str
    targets: dict[str | bool, str]


class Graph(NamedTuple):
    """A graph in plain data: its name, where it starts, its questions, and its leaves."""

    name: str
    start: str
    asks: dict[str, Ask]
    leaves: tuple[str, ...]

    def paths(self) -> Iterator[tuple[dict[str, list[str | bool]], str]]:
        """Yield every path: the values that each fact has along it, and the leaf."""
        waiting: list[tuple[dict[str, list[str | bool]], str]] = [({}, self.start)]
        while waiting:
            along, state = waiting.pop()
            if state not in self.asks:
                yield along, state
                continue
            fact, targets = self.asks[state]
            for target in dict.fromkeys(targets.values()):
                waiting.append(({**along, fact: [value for value, to in targets.items() if to == target]}, target))


def plain_name(name: str) -> str:
    """Return a name that every engine takes for a variable."""
    return name.replace(".", "_")


def asked_value(question: Question, case: Case) -> Any:
    """Return what a complete case says to a question: a value, or the members that are present."""
    if question.facts == (question.asks,):
        return case.value(question.asks)
    return frozenset(name.partition(".")[2] for name in question.facts if case.value(name) is True)


def flat(value: Any) -> str | bool:
    """Return a value as one text, or yes or no; empty where it does not apply."""
    return value if isinstance(value, bool | str) else "+".join(sorted(value if isinstance(value, frozenset) else ()))


def graph_of(track: Track) -> Graph:
    """Return a track in plain data."""
    asks = {
        one.name: Ask(plain_name(one.asks), {flat(value): choice.target for choice in one.answers for value in choice.values})
        for one in track.questions
    }
    return Graph(f"graph_{plain_name(track.name)}", track.start, asks, tuple(name for name in track.states if name not in asks))


class Material(NamedTuple):
    """What every peer is given: the graphs, and the cases in plain data, with the leaves that are the library's answer."""

    graphs: list[Graph]
    cases: list[Flat]
    leaves: list[list[str]]


def material(whole: list[dict[str, Any]]) -> Material:
    """Return what every peer is given, and assert that the leaves say what the library says."""
    definitions = load_pathways()
    engine = Engine(definitions)
    tracks = {(step.pathway, step.track): step for step in engine.recommend(whole[0]).trace}
    graphs = [definitions.pathways[pathway].tracks[track] for pathway, track in tracks]
    treatments = {
        (one.id, number): option.treatments
        for pathway in definitions.pathways.values()
        for one in pathway.statements
        for number, option in enumerate(one.options)
    }
    cases, leaves = [], []
    for data in whole:
        case = Case.from_dict(data)
        answer = engine.recommend(case)
        check(data, answer)
        reached = {(step.pathway, step.track): step.state for step in answer.trace if step.leaf is not None}
        assert list(reached) == list(tracks), data
        offered = set[tuple[str, tuple[str, ...]]]()
        for graph, name in zip(graphs, reached.values(), strict=True):
            leaf = graph.states[name]
            assert isinstance(leaf, Leaf)
            offered.update((one[0], treatments[one]) for one in leaf.offers)
        assert offered == {(one.statement, one.treatments) for one in answer.options}, data
        leaves.append(list(reached.values()))
        asked = [question for graph in graphs for question in graph.questions]
        cases.append({plain_name(question.asks): flat(asked_value(question, case)) for question in asked})
    return Material([graph_of(graph) for graph in graphs], cases, leaves)


def dict_walk(graphs: list[Graph]) -> Answers:
    """Walk dictionaries."""
    plain = [(graph.start, graph.asks) for graph in graphs]

    def answers(case: Flat) -> list[str]:
        found = []
        for state, asks in plain:
            while state in asks:
                fact, targets = asks[state]
                state = targets[case[fact]]  # noqa: PLW2901 - a walk
            found.append(state)
        return found

    return answers


def literal(value: str | bool) -> str:
    """Return a value as zen's expressions have it."""
    return json.dumps(value)


def expression(graph: Graph, state: str) -> str:
    """Return a graph from a state on as one expression of zen: questions within questions."""
    if state not in graph.asks:
        return literal(state)
    fact, targets = graph.asks[state]
    *others, last = dict.fromkeys(targets.values())
    text = expression(graph, last)
    for target in reversed(others):
        values = [literal(value) for value, to in targets.items() if to == target]
        test = f"{fact} == {values[0]}" if len(values) == 1 else f"{fact} in [{', '.join(values)}]"
        text = f"({test} ? {expression(graph, target)} : {text})"
    return text


def zen_expressions(graphs: list[Graph]) -> Answers:
    """Evaluate one compiled expression a graph."""
    import zen

    compiled = [zen.compile_expression(expression(graph, graph.start)) for graph in graphs]
    return lambda case: [one.evaluate(case) for one in compiled]


def zen_joined(graphs: list[Graph]) -> Answers:
    """Evaluate one compiled expression, a list of all graphs, so that the case is handed over once."""
    import zen

    answers: Answers = zen.compile_expression(f"[{', '.join(expression(graph, graph.start) for graph in graphs)}]").evaluate
    return answers


def decision(nodes: list[dict[str, Any]]) -> str:
    """Return a decision of zen with nodes between input and output, one after the other."""
    around = [{"id": "in", "type": "inputNode", "name": "in"}, *nodes, {"id": "out", "type": "outputNode", "name": "out"}]
    edges = [
        {"id": f"{one['id']}-{two['id']}", "sourceId": one["id"], "targetId": two["id"], "type": "edge"}
        for one, two in itertools.pairwise(around)
    ]
    return json.dumps({"nodes": around, "edges": edges})


def as_expressions(graphs: list[Graph]) -> str:
    """Return the graphs as a decision of one expression node."""
    rows = [{"id": graph.name, "key": graph.name, "value": expression(graph, graph.start)} for graph in graphs]
    return decision([{"id": "graphs", "type": "expressionNode", "name": "graphs", "content": {"expressions": rows}}])


def as_tables(graphs: list[Graph]) -> str:
    """Return the graphs as a decision of one decision table each, a row a path."""
    nodes = []
    for graph in graphs:
        facts = list(dict.fromkeys(ask.fact for ask in graph.asks.values()))
        rules = [
            {"_id": f"{graph.name}-{row}", "leaf": literal(leaf)}
            | {fact: ", ".join(map(literal, along[fact])) if fact in along else "" for fact in facts}
            for row, (along, leaf) in enumerate(graph.paths())
        ]
        content = {
            "hitPolicy": "first",
            "passThrough": True,
            "inputs": [{"id": fact, "name": fact, "field": fact} for fact in facts],
            "outputs": [{"id": "leaf", "name": "leaf", "field": graph.name}],
            "rules": rules,
        }
        nodes.append({"id": graph.name, "type": "decisionTableNode", "name": graph.name, "content": content})
    return decision(nodes)


def said(graphs: list[Graph], response: Any) -> list[str]:
    """Return the leaves that a response of zen holds."""
    return [response["result"][graph.name] for graph in graphs]


def zen_key(written: Callable[[list[Graph]], str]) -> Callable[[list[Graph]], Answers]:
    """Return a peer that evaluates a decision, compiled beforehand, by its key."""

    def made(graphs: list[Graph]) -> Answers:
        import zen

        content = zen.ZenDecisionContent(written(graphs))
        engine = zen.ZenEngine({"loader": lambda _: content})
        return lambda case: said(graphs, engine.evaluate("insulinoma", case))

    return made


def zen_prepared(graphs: list[Graph]) -> Answers:
    """Evaluate a decision that was created once."""
    import zen

    prepared = zen.ZenEngine().create_decision(as_tables(graphs))
    return lambda case: said(graphs, prepared.evaluate(case))


def zen_created(graphs: list[Graph]) -> Answers:
    """Create the decision for each case."""
    import zen

    engine, text = zen.ZenEngine(), as_tables(graphs)
    return lambda case: said(graphs, engine.create_decision(text).evaluate(case))


def event(fact: str, value: str | bool) -> str:
    """Return the name of the trigger for an answer."""
    return f"{fact}_is_{str(value).replace('+', '_and_').lower() or 'empty'}"


def stepped(graph: Graph, case: Flat, state: Callable[[], str], step: Callable[[str], object]) -> str:
    """Step a machine by the answers of a case to a leaf."""
    while (ask := graph.asks.get(state())) is not None:
        step(event(ask.fact, case[ask.fact]))
    return state()


def transitions_of(graph: Graph) -> list[list[str]]:
    """Return the transitions of a graph: trigger, source, target."""
    return [
        [event(ask.fact, value), state, target] for state, ask in graph.asks.items() for value, target in ask.targets.items()
    ]


def transitions_machines(graphs: list[Graph]) -> Answers:
    """Step a model a graph through machines that all cases share."""
    from transitions import Machine

    machines = []
    for graph in graphs:
        machine = Machine(model=None, states=[*graph.asks, *graph.leaves], initial=graph.start, auto_transitions=False)
        machine.add_transitions(transitions_of(graph))
        machines.append((graph, machine.events))

    def through(graph: Graph, events: Any, case: Flat) -> str:
        model = SimpleNamespace(state=graph.start)
        return stepped(graph, case, lambda: str(model.state), lambda name: events[name].trigger(model))

    return lambda case: [through(graph, events, case) for graph, events in machines]


def statemachine_machines(graphs: list[Graph]) -> Answers:
    """Make and step a machine a graph."""
    from statemachine import State, StateMachine

    kinds: list[tuple[Graph, Any]] = []
    for graph in graphs:
        states = {name: State(initial=name == graph.start) for name in graph.asks}
        states |= {name: State(final=True) for name in graph.leaves}
        events: dict[str, Any] = {}
        for name, source, target in transitions_of(graph):
            one = states[source].to(states[target])
            events[name] = events[name] | one if name in events else one
        metaclass: Any = type(StateMachine)
        kinds.append((graph, metaclass(f"{graph.name}_machine", (StateMachine,), {**states, **events})))

    def through(graph: Graph, kind: Any, case: Flat) -> str:
        machine = kind()
        return stepped(graph, case, lambda: str(next(iter(machine.configuration)).id), machine.send)

    return lambda case: [through(graph, kind, case) for graph, kind in kinds]


def spiff_dmn(graphs: list[Graph]) -> Answers:
    """Decide by decision tables of DMN, a row a path, in the engine alone, without a workflow around it."""
    from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
    from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
    from SpiffWorkflow.dmn.specs.model import DecisionTable, Input, InputEntry, Output, OutputEntry, Rule

    engines = []
    for graph in graphs:
        table = DecisionTable(graph.name, graph.name, "UNIQUE")
        for row, (along, leaf) in enumerate(graph.paths()):
            rule = Rule(f"{graph.name}-{row}")
            rule.row_number = row
            for fact, values in along.items():
                entry = InputEntry(f"{row}-{fact}", Input(fact, fact, fact, fact, "string"))
                entry.lhs = [f"? in {tuple(values)!r}" if len(values) > 1 else repr(values[0])]
                rule.inputEntries.append(entry)
            entry = OutputEntry(f"{row}-leaf", Output("leaf", "leaf", "leaf", "string"))
            entry.text = repr(leaf)
            rule.outputEntries.append(entry)
            table.rules.append(rule)
        engines.append(DMNEngine(table))
    workflow = SimpleNamespace(script_engine=PythonScriptEngine())

    def answers(case: Flat) -> list[str]:
        task = SimpleNamespace(workflow=workflow, data=dict(case))
        return [engine.result(task)["leaf"] for engine in engines]

    return answers


def business_rules(graphs: list[Graph]) -> Answers:
    """Run rules, one a path, until one applies."""
    from business_rules import run_all
    from business_rules.actions import BaseActions, rule_action
    from business_rules.fields import FIELD_TEXT
    from business_rules.variables import BaseVariables, boolean_rule_variable, string_rule_variable

    facts = {ask.fact: ask.targets for graph in graphs for ask in graph.asks.values()}

    def variable(fact: str, yes_no: bool) -> Any:
        def read(self: Any) -> Any:
            return self.case[fact]

        read.__name__ = fact
        return (boolean_rule_variable if yes_no else string_rule_variable)(label=fact)(read)

    def condition(fact: str, value: str | bool) -> dict[str, Any]:
        if isinstance(value, bool):
            return {"name": fact, "operator": "is_true" if value else "is_false", "value": ""}
        return {"name": fact, "operator": "equal_to", "value": value}

    read = {fact: variable(fact, all(isinstance(value, bool) for value in targets)) for fact, targets in facts.items()}
    variables = type("Variables", (BaseVariables,), {"__init__": lambda self, case: setattr(self, "case", case), **read})

    def say(self: Any, leaf: str) -> None:
        self.found.append(leaf)

    actions = type("Actions", (BaseActions,), {"say": rule_action(params={"leaf": FIELD_TEXT})(say)})
    rules = [
        [
            {
                "conditions": {
                    "all": [{"any": [condition(fact, value) for value in values]} for fact, values in along.items()]
                },
                "actions": [{"name": "say", "params": {"leaf": leaf}}],
            }
            for along, leaf in graph.paths()
        ]
        for graph in graphs
    ]

    def answers(case: Flat) -> list[str]:
        given, told = variables(case), actions()
        told.found = []
        for some in rules:
            run_all(some, given, told, stop_on_first_trigger=True)
        found: list[str] = told.found
        return found

    return answers


def experta_rules(graphs: list[Graph]) -> Answers:
    """Match rules, one a path, against a fact of all values."""
    for name in ("Mapping", "MutableMapping", "Iterable", "Hashable", "Sequence"):  # Python 3.10 took them away
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
    from experta import AND, Fact, KnowledgeEngine, L, Rule

    rules: dict[str, Any] = {}
    for graph in graphs:
        for row, (along, leaf) in enumerate(graph.paths()):

            def told(self: Any, name: str = graph.name, leaf: str = leaf) -> None:
                self.found[name] = leaf

            fields = {}
            for fact, values in along.items():
                fields[fact] = L(values[0])
                for value in values[1:]:
                    fields[fact] |= L(value)
            told.__name__ = f"{graph.name}_{row}"
            rules[told.__name__] = Rule(AND(Fact(**fields)))(told)
    engine = type("Engine", (KnowledgeEngine,), rules)()

    def answers(case: Flat) -> list[str]:
        engine.reset()
        engine.found = {}
        engine.declare(Fact(**case))
        engine.run()
        return [engine.found[graph.name] for graph in graphs]

    return answers


class Peer(NamedTuple):
    """A row: the package, what makes it ready, and how many of the cases it is measured on."""

    name: str
    package: str
    made: Callable[[list[Graph]], Answers]
    cases: int


PEERS = (
    Peer("dict walk", "", dict_walk, 64),
    Peer("zen-engine, compiled expressions", "zen-engine", zen_expressions, 64),
    Peer("zen-engine, all in one compiled expression", "zen-engine", zen_joined, 64),
    Peer(BY_KEY[0], "zen-engine", zen_key(as_expressions), 32),
    Peer(BY_KEY[1], "zen-engine", zen_key(as_tables), 32),
    Peer("zen-engine, prepared decision", "zen-engine", zen_prepared, 8),
    Peer("zen-engine, create_decision each time", "zen-engine", zen_created, 8),
    Peer("transitions, shared machines", "transitions", transitions_machines, 16),
    Peer("business-rules", "business-rules", business_rules, 16),
    Peer("experta", "experta", experta_rules, 4),
    Peer("SpiffWorkflow, DMN", "SpiffWorkflow", spiff_dmn, 4),
    Peer("python-statemachine", "python-statemachine", statemachine_machines, 4),
)


class Row(NamedTuple):
    """What is measured: a maker of what answers, and cases in the form that it takes."""

    made: Callable[[], Answers]
    over: Sequence[Any]


def rows() -> tuple[dict[str, Row], Material]:
    """Return what can be measured, by name, and what the peers were given."""
    whole = complete_cases()
    given = material(whole)
    engine = Engine(load_pathways())
    cases = [Case.from_dict(case) for case in whole]

    def library(case: Case) -> object:
        return read_all(engine.recommend(case))

    found = {
        BY_HAND: Row(lambda: by_hand, whole),
        LIBRARY: Row(lambda: library, cases),
        FROM_DATA: Row(lambda: lambda case: library(Case.from_dict(case)), whole),
    }
    repeat(library, cases, 1)
    return found | {one.name: Row(functools.partial(one.made, given.graphs), given.cases[: one.cases]) for one in PEERS}, given


def runnable(given: Material) -> Iterator[str]:
    """Yield the names of the peers that run here, each asserted to answer as the library does; tell of the others."""
    for peer in PEERS:
        try:
            answers = peer.made(given.graphs)
        except ImportError as problem:
            for name in (peer.name, *([BEST] if peer.name == BY_KEY[0] else [])):
                untold(name, f"{peer.package} cannot be imported: {problem}")
            continue
        for case, reached in zip(given.cases, given.leaves, strict=True):
            assert answers(case) == reached, (peer.name, case)
        yield peer.name


def measured(names: Sequence[str]) -> None:
    """Print, for each row, two processes to be compared: what is run under valgrind. Engines are made in these alone."""
    table = rows()[0]
    for name in names:
        row = table[name]

        def work(rounds: int, row: Row = row) -> None:
            repeat(row.made(), row.over, rounds)

        print(forked(work, 1), forked(work, 5), 4 * len(row.over), flush=True)


def version(peer: Peer) -> str:
    """Return which version of a package was measured."""
    return f" (version {importlib.metadata.version(peer.package)})" if peer.package else ""


def main() -> None:
    """Tell the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(WARM, nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--times", action="store_true", help="processor times alone")
    chosen = parser.parse_args()
    if chosen.warm:
        measured(chosen.warm)
        return
    table, given = rows()
    names = [BY_HAND, LIBRARY, FROM_DATA, *runnable(given)]
    times = microseconds([(table[name].made(), table[name].over) for name in names])
    counted: list[float] = []
    if not chosen.times:
        with tempfile.TemporaryDirectory() as folder:
            output, counts = valgrind([sys.executable, __file__, WARM, *names], Path(folder))
        lines = [map(int, line.split()) for line in output.splitlines()]
        counted = [(counts[more] - counts[less]) / calls for less, more, calls in lines]
    tell_all(dict(zip(names, times, strict=True)), dict(zip(names, counted, strict=False)))


def tell_all(times: dict[str, float], counted: dict[str, float]) -> None:
    """Tell each time as a multiple of what the library takes to answer the whole case, instructions beside it."""
    sources = {name: name for name in times}
    if present := [name for name in BY_KEY if name in times]:
        sources[BEST] = min(present, key=times.__getitem__)
    versions = {peer.name: f"; {peer.package} {importlib.metadata.version(peer.package)}" for peer in PEERS if peer.package}
    for name, source in sources.items():
        beside = f"{number(times[source])} µs, {number(times[source] / times[BY_HAND])} times by hand"
        if counted:
            ratio = number(counted[source] / counted[LIBRARY])
            beside += f"; {counted[source]:,.0f} instructions, {ratio} times the library"
        tell(name, times[source] / times[LIBRARY], "times the library", beside + versions.get(source, ""))


if __name__ == "__main__":
    main()
