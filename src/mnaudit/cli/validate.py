"""mnaudit validate: is every file what its schema demands?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mnaudit.cli.options import cross_check_option
from mnaudit.cli.outcome import input_code, show_problems, worse
from mnaudit.cli.words import BilingualCommand
from mnaudit.messages import phrase

if TYPE_CHECKING:
    from mnaudit.cli.console import Console
    from mnaudit.messages import Language

__all__ = ["command"]


def command(language: Language) -> click.Command:
    """Build the command."""
    return BilingualCommand(
        name="validate",
        language=language,
        help=phrase("help.validate", language),
        params=[
            click.Argument(
                ["paths"],
                nargs=-1,
                type=click.Path(path_type=Path),
                help=phrase("help.paths", language),
            ),
            cross_check_option(language),
        ],
        callback=_validate,
    )


@click.pass_obj
def _validate(console: Console, *, paths: tuple[Path, ...], cross_check: bool) -> int:
    """Validate a folder, or single documents of one."""
    from mnaudit.cli.privacy import refuse_numbers, reviewed_files
    from mnaudit.load.shipped import shipped
    from mnaudit.pipeline import read_part, read_tree, schemas_of, validate_tree

    schemas = schemas_of(shipped("schema"))
    chosen = paths or (Path("evidence"),)
    root = _folder_of(chosen[0])
    is_part = root is not None and root != chosen[0].absolute()
    whole = len(chosen) == 1 and not is_part and not chosen[0].is_file()
    root = chosen[0] if whole else root or chosen[0].absolute().parent
    tree = read_tree(root) if whole else read_part(root, chosen)
    validation = validate_tree(tree, schemas, cross_check=cross_check, whole=whole)
    show_problems(console, validation, root)
    refused = refuse_numbers(console, tree.files, root, reviewed_files(validation))
    if refused is None and not validation.problems:
        console.result(
            phrase("validate.valid", console.language, documents=len(validation.documents))
        )
    return worse(refused, input_code(validation))


def _folder_of(path: Path) -> Path | None:
    """Return the evidence folder that a path is or lies in: the nearest with organization.yaml."""
    here = path.absolute()
    candidates = (here, *here.parents)
    return next((each for each in candidates if (each / "organization.yaml").is_file()), None)
