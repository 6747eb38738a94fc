"""mnaudit catalog: the controls themselves: list, show, lint, diff, resolve."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnaudit.cli.options import as_of_option, folder_argument, today
from mnaudit.cli.outcome import show_problems
from mnaudit.cli.rules import controls_option, rules_for
from mnaudit.cli.words import BilingualCommand, BilingualGroup
from mnaudit.errors import ConfigurationError, ExitCode
from mnaudit.messages import join, phrase, severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from importlib.resources.abc import Traversable

    from mnaudit.cli.console import Console
    from mnaudit.messages import Language
    from mnaudit.model.assessment import Assessment, WaiverRef
    from mnaudit.model.base import Text
    from mnaudit.model.catalog import Catalog
    from mnaudit.model.catalog_diff import CatalogDiff
    from mnaudit.model.control import Control
    from mnaudit.model.problem import Problem
    from mnaudit.report.catalog_pages import Impact
    from mnaudit.validate.evidence import Validation

__all__ = ["command"]

_PAGE = ("text", "markdown", "json")
_DATA = ("text", "json")


def command(language: Language) -> click.Command:
    """Build the group."""
    tier = click.Option(
        ["--tier"],
        type=click.Choice(["minimum", "optional"]),
        help=phrase("help.catalog_tier", language),
    )
    kind = click.Option(["--kind"], help=phrase("help.catalog_kind", language))
    evidence = click.Option(
        ["--evidence"],
        type=click.Path(path_type=Path, file_okay=False),
        help=phrase("help.catalog_evidence", language),
    )
    parts: dict[str, tuple[Any, list[click.Parameter]]] = {
        "list": (_list, [tier, kind, _format(language, _DATA)]),
        "show": (_show, [click.Argument(["control"], metavar="ID"), _format(language, _PAGE)]),
        "lint": (_lint, [_folder("folder", required=False)]),
        "diff": (_diff, [_folder("old"), _folder("new"), evidence, _format(language, _PAGE)]),
        "resolve": (
            _resolve,
            [
                folder_argument(language),
                as_of_option(language),
                controls_option(language),
                _format(language, _DATA),
            ],
        ),
    }
    return BilingualGroup(
        name="catalog",
        language=language,
        help=phrase("help.catalog", language),
        commands={
            name: BilingualCommand(
                name=name,
                language=language,
                help=phrase(f"help.catalog_{name}", language),
                params=params,
                callback=callback,
            )
            for name, (callback, params) in parts.items()
        },
    )


def _format(language: Language, formats: tuple[str, ...]) -> click.Option:
    return click.Option(
        ["--format", "format_"],
        type=click.Choice(formats),
        default="text",
        show_default=True,
        help=phrase("help.format", language),
    )


def _folder(name: str, *, required: bool = True) -> click.Argument:
    return click.Argument(
        [name],
        type=click.Path(path_type=Path, exists=True),
        required=required,
        metavar="DIR" if name == "folder" else name.upper(),
    )


@click.pass_obj
def _list(console: Console, *, tier: str | None, kind: str | None, format_: str) -> None:
    """Print the rows by group and measure."""
    from mnaudit.model.control import Tier

    catalog = _shipped_catalog()
    if kind is not None and kind not in catalog.kind:
        raise ConfigurationError("MN012", detail=f"--kind {kind}")
    tiers = tuple(Tier) if tier is None else (Tier(tier),)
    chosen = [
        control for control in catalog.controls if any(_asks(control, each, kind) for each in tiers)
    ]
    if format_ == "json":
        rows = [_row_data(control) for control in chosen]
        _print_json(console, "catalog-list", {"catalog": _catalog_data(catalog), "controls": rows})
        return
    for line in _listing(catalog, chosen, console.language):
        console.result(line)


def _asks(control: Control, tier: Any, kind: str | None) -> bool:
    expectation = control.expectation(tier)
    if expectation is None:
        return False
    asked = (*expectation.requires, *(expectation.sme or ()))
    return kind is None or any(requirement.evidence == kind for requirement in asked)


def _listing(catalog: Catalog, chosen: list[Control], language: Language) -> Iterator[str]:
    measures = {measure.id: measure for measure in catalog.measures}
    group, measure = "", ""
    for control in chosen:
        if (prefix := control.id.partition("-")[0]) != group:
            group, measure = prefix, ""
            yield next(_words(g.title, language) for g in catalog.groups if g.id == group)
        if (cited := control.citations[0].measure) != measure:
            measure = cited
            found = measures[measure]
            title = _words(found.title, language)
            section = phrase(
                "catalog.section",
                language,
                measure=measure,
                title=title,
                section=found.section,
            )
            yield f"  {section}"
        row = phrase("catalog.row", language, id=control.id, title=_words(control.title, language))
        tiers = ["minimum"] if control.optional is None else ["minimum", "optional"]
        names = join([phrase(f"report.{name}_short", language) for name in tiers], language)
        yield f"    {phrase('catalog.row_tiers', language, row=row, tiers=names)}"
    yield phrase("catalog.count", language, rows=len(chosen))


@click.pass_obj
def _show(console: Console, *, control: str, format_: str) -> None:
    """Print one row with everything about it."""
    from mnaudit.load.data import read_schema, schema_names
    from mnaudit.load.shipped import shipped
    from mnaudit.load.sources import read_sources
    from mnaudit.model.schema_fields import SchemaFields
    from mnaudit.report.catalog_pages import control_page, lay_out

    catalog = _shipped_catalog()
    wanted = {known.lower(): found for known, found in catalog.control.items()}
    found = wanted.get(control.lower())
    if found is None:
        raise ConfigurationError("MN337", id=control)
    if format_ == "json":
        data = found.model_dump(mode="json", exclude_none=True, by_alias=True)
        _print_json(
            console, "catalog-control", {"catalog": _catalog_data(catalog), "control": data}
        )
        return
    schemas = shipped("schema")
    fields = SchemaFields({name: read_schema(schemas, name) for name in schema_names(schemas)})
    sources = read_sources(shipped("controls"))
    blocks = control_page(found, catalog, fields, sources, console.language)
    page = lay_out(blocks, "markdown" if format_ == "markdown" else "text")
    console.rendered(format_, page.encode("utf-8"))


@click.pass_obj
def _lint(console: Console, *, folder: Path | None) -> int:
    """Check a catalog; end with 3 if anything is wrong with it."""
    from mnaudit.load.catalog_files import read_catalog_files
    from mnaudit.pipeline import rules_of
    from mnaudit.validate.catalog import check_catalog

    controls, schemas = _folders(folder)
    documents, unreadable = read_catalog_files(controls, schemas)
    check = check_catalog(documents)
    problems = _placed(sorted({*unreadable, *check.problems}), controls, schemas)
    console.problems(problems, Path())
    errors = sum(severity(problem.code) == "error" for problem in problems)
    counts = [
        phrase("catalog.lint_row", console.language, group=group, count=count)
        for group, count in check.rows.items()
    ]
    total = sum(check.rows.values())
    console.result(
        phrase(
            "catalog.lint_rows",
            console.language,
            counts=join(counts, console.language),
            total=total,
        )
    )
    rest = {"kinds": check.kinds, "requirements": check.requirements}
    console.result(phrase("catalog.lint_rest", console.language, **rest))
    if errors == 0:
        # What the schemas let pass and the program would still refuse.
        rules_of(controls, schemas)
    warnings = len(problems) - errors
    if problems:
        console.say("catalog.lint_found", errors=errors, warnings=warnings)
    else:
        console.result(phrase("catalog.lint_ok", console.language))
    return ExitCode.INPUT if errors else ExitCode.SATISFIED


@click.pass_obj
def _diff(console: Console, *, old: Path, new: Path, evidence: Path | None, format_: str) -> int:
    """Compare two catalogs, each a folder or the catalog.json of a bundle."""
    from mnaudit.model.catalog_diff import compare
    from mnaudit.report.catalog_pages import diff_page, lay_out

    before, old_schemas = _catalog_at(old)
    after, new_schemas = _catalog_at(new)
    diff = compare(before, after, old_schemas, new_schemas)
    impact = None
    if evidence is not None:
        validation = _validated(console, evidence)
        if validation.organization is None:
            return ExitCode.INPUT
        impact = _impact(diff, after, validation)
    if format_ == "json":
        data = asdict(diff) | {"impact": None if impact is None else asdict(impact)}
        _print_json(console, "catalog-diff", data)
        return ExitCode.SATISFIED
    page = lay_out(
        diff_page(diff, after, console.language, impact),
        "markdown" if format_ == "markdown" else "text",
    )
    console.rendered(format_, page.encode("utf-8"))
    return ExitCode.SATISFIED


@click.pass_obj
def _resolve(
    console: Console,
    *,
    evidence: Path,
    as_of: date | None,
    controls: Path | None,
    format_: str,
) -> int:
    """Tell which rows bind this organization after scope, size, tailoring and waivers."""
    from mnaudit.pipeline import judge_folder

    rules = rules_for(console, evidence, controls)
    judged = judge_folder(evidence, as_of or today(), rules)
    if judged.assessment is None or judged.validation.organization is None:
        show_problems(console, judged.validation, evidence)
        return ExitCode.INPUT
    organization = judged.validation.organization.value
    rows = _resolved(rules.catalog, organization, judged.assessment)
    sme = judged.assessment.sme
    if format_ == "json":
        data = {
            "catalog": _catalog_data(rules.catalog),
            "sme": sme,
            "controls": [row.data() for row in rows],
        }
        _print_json(console, "catalog-resolve", data)
        return ExitCode.SATISFIED
    for line in _resolution(rules.catalog, organization["name"], rows, console.language, sme=sme):
        console.result(line)
    return ExitCode.SATISFIED


@dataclass(frozen=True, slots=True)
class _Row:
    """What became of one row for this organization."""

    control: Control
    failing: str | None
    relieved: bool
    own: bool
    tailored: tuple[str, ...]
    waivers: tuple[WaiverRef, ...]

    def data(self) -> dict[str, Any]:
        """Return the row for the JSON form."""
        return {
            "id": self.control.id,
            "applies": self.failing is None,
            "scope": self.failing,
            "sme": self.relieved,
            "own": self.own,
            "tailored": list(self.tailored),
            "waivers": [waiver.model_dump(mode="json") for waiver in self.waivers],
        }


def _resolved(
    catalog: Catalog, organization: Mapping[str, Any], assessment: Assessment
) -> list[_Row]:
    from mnaudit.assess.applicability import scope_that_fails

    shipped = _shipped_catalog().control if catalog.is_tailored else catalog.control
    rows = []
    for control in catalog.controls:
        failing = scope_that_fails(control, catalog, organization)
        relieved = assessment.sme and any(e and e.sme for e in (control.minimum, control.optional))
        findings = [each for each in assessment.findings if each.control == control.id]
        rows.append(
            _Row(
                control=control,
                failing=failing,
                relieved=relieved and failing is None,
                own=control.id not in shipped,
                tailored=tuple(t.reason for t in catalog.tailored if t.control == control.id),
                waivers=tuple(each.waiver for each in findings if each.waiver is not None),
            )
        )
    return rows


def _resolution(
    catalog: Catalog, name: str, rows: list[_Row], language: Language, *, sme: bool
) -> Iterator[str]:
    from mnaudit.cli.console import visible

    version = f"{catalog.id} {catalog.version}"
    yield phrase("catalog.resolve_head", language, name=visible(name), catalog=version)
    yield phrase(f"catalog.resolve_{'sme' if sme else 'regular'}", language)
    for row in rows:
        title = _words(row.control.title, language)
        shown = phrase("catalog.row", language, id=row.control.id, title=title)
        state = join(_states(catalog, row, language), language)
        yield visible(phrase("catalog.row_tiers", language, row=shown, tiers=state))
    yield phrase(
        "catalog.resolve_counts",
        language,
        applicable=sum(row.failing is None for row in rows),
        others=sum(row.failing is not None for row in rows),
        relieved=sum(row.relieved for row in rows),
    )


def _states(catalog: Catalog, row: _Row, language: Language) -> Iterator[str]:
    if row.failing is not None:
        reason = _words(catalog.scope[row.failing].otherwise, language)
        yield phrase("catalog.not_applicable", language, reason=reason)
    else:
        yield phrase("catalog.relieved" if row.relieved else "catalog.applies", language)
    if row.own:
        yield phrase("catalog.resolve_own", language)
    for reason in row.tailored:
        yield phrase("catalog.resolve_tailored", language, reason=reason)
    for waiver in row.waivers:
        until = waiver.until.isoformat()
        yield phrase("catalog.resolve_waived", language, id=waiver.id, until=until)


# --- where catalogs are


def _shipped_catalog() -> Catalog:
    from mnaudit.pipeline import shipped_rules

    return shipped_rules().catalog


def _folders(folder: Path | None) -> tuple[Traversable, Traversable]:
    """Return the folders of controls and schemas that DIR means.

    DIR holds ``controls/`` (and perhaps ``schema/``), or is itself the folder of the controls.
    """
    from mnaudit.load.shipped import shipped

    if folder is None:
        return shipped("controls"), shipped("schema")
    for controls, schemas in (
        (folder / "controls", folder / "schema"),
        (folder, folder.resolve().parent / "schema"),
    ):
        if (controls / "catalog.yaml").is_file() or (controls != folder and controls.is_dir()):
            return controls, schemas if schemas.is_dir() else shipped("schema")
    raise ConfigurationError("MN002", path=(folder / "catalog.yaml").as_posix())


def _catalog_at(path: Path) -> tuple[Catalog, dict[str, Any]]:
    """Read a catalog with its schemas, from folders or from a ``catalog.json``."""
    from mnaudit.load.catalog import catalog_of, read_catalog

    if path.is_file():
        return catalog_of(path.read_bytes())
    _, data = read_catalog(*_folders(path))
    return catalog_of(data)


def _placed(
    problems: list[Problem], controls: Traversable, schemas: Traversable
) -> tuple[Problem, ...]:
    """Give problems the paths under which their files are found from here."""
    folders = {"controls": controls, "schema": schemas}

    def path_of(problem: Problem) -> str:
        folder, _, name = problem.path.partition("/")
        path = Path(str(folders[folder])) / name
        return (
            path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        ).as_posix()

    return tuple(replace(problem, path=path_of(problem)) for problem in problems)


def _validated(console: Console, evidence: Path) -> Validation:
    from mnaudit.load.shipped import shipped
    from mnaudit.pipeline import schemas_of, validate_folder

    validation = validate_folder(evidence, schemas_of(shipped("schema")))
    if validation.organization is None:
        show_problems(console, validation, evidence)
    return validation


def _impact(diff: CatalogDiff, catalog: Catalog, validation: Validation) -> Impact:
    """Tell which changed rows bind this organization, and which of its files are concerned."""
    from mnaudit.assess.applicability import scope_that_fails
    from mnaudit.report.catalog_pages import Impact

    organization = validation.organization.value if validation.organization else {}
    kinds = set(diff.affected_kinds)
    return Impact(
        tuple(
            id_
            for id_ in diff.affected_controls
            if scope_that_fails(catalog.control[id_], catalog, organization) is None
        ),
        tuple(sorted(d.path for d in validation.documents if d.value.get("kind") in kinds)),
    )


# --- data


def _words(text: Text, language: Language) -> str:
    return text.ja if language == "ja" else text.en


def _catalog_data(catalog: Catalog) -> dict[str, str]:
    return {
        "id": catalog.id,
        "version": catalog.version,
        "edition": catalog.edition,
        "sha256": catalog.sha256,
    }


def _row_data(control: Control) -> dict[str, Any]:
    asked = {
        name: sorted({requirement.evidence for requirement in expectation.requires})
        for name, expectation in (("minimum", control.minimum), ("optional", control.optional))
        if expectation is not None
    }
    return {
        "id": control.id,
        "title": control.title.model_dump(),
        "measures": list(dict.fromkeys(citation.measure for citation in control.citations)),
        "applies": list(control.applies),
        "seed": control.seed,
        "beyond_jnsa": control.beyond_jnsa,
        "evidence": asked,
    }


def _print_json(console: Console, name: str, data: dict[str, Any]) -> None:
    document = {"schema": f"mnaudit/{name}@1", **data}
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True, default=_plain)
    console.rendered("json", f"{text}\n".encode())


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json")
