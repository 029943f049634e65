"""Compare our Turtle reader with pyoxigraph (`pip install pyoxigraph`): `python tests/benchmarks/turtle_forms.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.graph_formats.turtle import read_facts
from ingest.source import SourceFile, SourceOptions
from schemas.rejection import Rejection

PREFIXES = "@prefix ex: <http://e/> .\n@prefix : <http://d/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
FORMS = (
    "ex:a ex:b ex:c .", ':肺炎 :症状 :发热 , :咳嗽 ; :别名 "肺炎"@zh-CN .', "ex:a a ex:B ; .",
    "ex:a ex:b 1.5 , -2 , 3e5 , true , false .", 'ex:a ex:b "x\\"y\\u53D1\\n" .',
    "ex:a ex:b 'single' , '''long\n'quote' ''' .", 'ex:a ex:b """a"b""c\\"""" .',
    'ex:a ex:b [ ex:c ex:d ; ex:e [ ex:f "g" ] ] .', "[] ex:b ex:c .", "[ ex:a ex:b ] ex:c ex:d .",
    "ex:a ex:b ( 1 2 ( 3 ) ) .", "_:b1 ex:p _:b2 .", "<http://e/x y> ex:b ex:c .", "<rel> <#frag> </abs> .",
    "ex:a\\,b ex:c%20d ex:e.f .", "ex:a ex:b ex:c.", 'ex:a ex:b "1"^^xsd:integer .',
    'ex:a ex:b "a # not comment" . # comment "x" .', "ex:a.b ex:b.c ex:d.e .\nex:f ex:g ex:h .",
    'ex:a ex:b ex:c . ex:d ex:e ex:f . ex:g ex:h "i" .', 'ex:a ex:b """multi . line\n . ends .\n""" .',
    "PREFIX q: <http://q/>\nq:a q:b q:c .", "BASE <http://base/>\n<a> <b> <c> .",
    "@base <http://base/> .\n<a> <b> <c> .",
    "ex:阿莫西林（颗粒） ex:b ex:c .", "ex:维生素B12 ex:b ex:c-d_e .", "ex:1型糖尿病 ex:b ex:c .",
    '<http://e/a> <http://e/b> "x"@zh .\n<http://e/a> <http://e/b> <http://e/c> .', "ex:a ex:b ex:c ;; ex:d ex:e .",
    "ex: ex:b : .", 'ex:a ex:b "" .', "ex:a ex:b '' .", 'ex:a ex:b """""" .', 'ex:a ex:b "tab\\t" .',
    "ex:a <http://e/p?x=1&y=2#z> ex:c .", "ex:a ex:b +5 .", "ex:a ex:b .5 .", "ex:a ex:b 5. ",
    'ex:a ex:b "x"^^<http://t> ; ex:c "y"@en .', "<http://e/\\u53D1> ex:b ex:c .", "ex:a·b ex:b ex:c .",
)  # fmt: skip
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
BASE = "http://nowhere/"


def ours(text: str) -> Iterator[tuple[str, ...]]:
    """Yield what our reader finds; nodes without a name are `_`."""
    for _, facts in read_facts(SourceFile.from_bytes("a.ttl", text.encode()), SourceOptions("k", "knowledge_graph")):
        for subject, predicate, value in [] if isinstance(facts, Rejection) else facts:
            yield tuple("_" if kind == "blank" else name for kind, name in (subject, ("iri", predicate), value))


def theirs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield what pyoxigraph finds, without the inside of lists."""
    import pyoxigraph as ox  # type: ignore[import-not-found, unused-ignore]

    def name(node: Any) -> str:
        is_blank = isinstance(node, ox.BlankNode) or node.value == f"{RDF}nil"
        return "_" if is_blank else node.value.removeprefix(BASE)

    found = ox.parse(input=text.encode(), format=ox.RdfFormat.TURTLE, lenient=True, base_iri=BASE)
    for quad in found:
        if quad.predicate.value not in (f"{RDF}first", f"{RDF}rest"):
            yield name(quad.subject), name(quad.predicate), name(quad.object)


def main() -> None:
    """Print how many forms are read alike, and the others."""
    differ = [form for form in FORMS if sorted(ours(PREFIXES + form)) != sorted(theirs(PREFIXES + form))]
    print(f"{len(FORMS) - len(differ)} of {len(FORMS)} alike; others: {differ}")


if __name__ == "__main__":
    main()
