"""How does an auditor verify without installing anything? One page that verifies in the browser.

The page stands alone: nothing is loaded, a policy in the page forbids everything except its own
script and style (by their hashes), and whatever comes from a bundle becomes text, never markup. It
makes the checks that need nothing but the bundle and the pin, and says which ones it leaves to
``mnaudit verify``. The same program version gives the same bytes, so that a digest of the page can
be published.

Specification: ``docs/spec/bundle-v1.md``; CSP Level 3 §2.3.1 (hashes), §3.3 (policy in ``meta``).
"""

from __future__ import annotations

import base64
import json
import re
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from mnaudit import __version__
from mnaudit.messages import LANGUAGES, codes, entry, phrases
from mnaudit.signing.predicates import Disclosure, ManifestPredicate, StatusPredicate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mnaudit.messages import Language
    from mnaudit.model.base import Model

__all__ = ["SCRIPTS", "shape", "verification_page"]

SCRIPTS: Final = (
    "bytes.js",
    "strict_json.js",
    "archive.js",
    "keys.js",
    "envelopes.js",
    "shapes.js",
    "statements.js",
    "merkle.js",
    "checks.js",
    "words.js",
    "elements.js",
    "result.js",
    "record.js",
    "page.js",
)
"""The parts of the script in the order in which they stand in the page."""

_FOLDER: Final = "verify_page"
_SPOKEN: Final = re.compile(r"MN[124][0-9]{2}")
"""Why a file is of no use (MN1xx), what is found (MN2xx), why a check does not pass (MN4xx)."""
_SHARED: Final = re.compile(
    "(?:year|month|week|day)s?|period_join|organization_file|whole_document|relation_[a-z_]+"
)
"""Phrases of the reports that sentences of the page are filled with as well."""

_POLICY: Final = (
    "default-src 'none'",
    "script-src {script}",
    "style-src {style}",
    "base-uri 'none'",
    "form-action 'none'",
    # Text from a bundle can become markup nowhere, not even by a mistake of ours.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)


def verification_page() -> str:
    """Return the whole page as HTML; the same text for the same version of the program."""
    script, style = _script(), _part("style.css")
    policy = "; ".join(_POLICY).format(script=_hash_source(script), style=_hash_source(style))
    page = _part("page.html")
    for name, text in {"policy": policy, "style": style, "script": script}.items():
        page = page.replace(f"@@{name}@@", text, 1)
    return page


def shape(model: type[Model]) -> dict[str, Any]:
    """Return the shape of a model in the words of ``shapes.js``.

    Args:
        model: With fields that JSON can hold.

    Raises:
        ValueError: It uses something that the page could not check.
    """
    schema = model.model_json_schema(mode="serialization")
    return _shape(schema, schema.get("$defs", {}))


def _script() -> str:
    data = {
        "VERSION": __version__,
        "SHAPES": {
            "manifest": shape(ManifestPredicate),
            "status": shape(StatusPredicate),
            "disclosure": shape(Disclosure),
        },
        "WORDS": {language: _words(language) for language in LANGUAGES},
    }
    constants = [f"const {name} = {_literal(value)};\n" for name, value in data.items()]
    parts = "\n".join([*constants, *map(_part, SCRIPTS)])
    return f"(() => {{\n'use strict';\n{parts}}})();\n"


def _words(language: Language) -> dict[str, Any]:
    """Return every sentence that the page can say in one language."""
    spoken = [code for code in codes() if _SPOKEN.fullmatch(code)]
    return {
        "page": dict(phrases("verify_page", language)),
        "checks": dict(phrases("checks", language)),
        "status": dict(phrases("status", language)),
        "report": {
            name: text
            for name, text in phrases("report", language).items()
            if _SHARED.fullmatch(name)
        },
        "codes": {code: _sentences(code, language) for code in spoken},
    }


def _sentences(code: str, language: Language) -> Mapping[str, str]:
    sentences = entry(code, language)
    return {name: sentences[name] for name in ("text", "remedy")}


def _literal(value: Any) -> str:
    """Return a JavaScript literal that cannot end the script element that it stands in."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # HTML §4.12.1.3: no "<!--", "<script" or "</script" inside a script.
    return text.replace("<", "\\u003c")


def _part(name: str) -> str:
    return files(__package__).joinpath(_FOLDER, name).read_text("utf-8")


def _hash_source(text: str) -> str:
    digest = base64.b64encode(sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


# What JSON Schema says and a shape takes over, by the names of both.
_BOUNDS: Final = {
    "minLength": "min",
    "maxLength": "max",
    "minimum": "min",
    "minItems": "min",
    "maxItems": "max",
    "pattern": "pattern",
}
_TYPES: Final = {"string": "text", "integer": "integer", "boolean": "boolean"}
_IGNORED: Final = frozenset({"title", "description", "default", "$defs", "type"})


def _shape(schema: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Translate one schema; whatever is not translated is refused, never dropped."""
    if "$ref" in schema:
        return _shape(known[schema["$ref"].removeprefix("#/$defs/")], known)
    if "anyOf" in schema:
        return _either(schema["anyOf"], known)
    if "const" in schema or "enum" in schema:
        return {"is": "choice", "of": schema.get("enum", [schema.get("const")])}
    match schema.get("type"):
        case "object" if "properties" in schema:
            return _object(schema, known)
        case "object":
            return _map(schema, known)
        case "array":
            return {"is": "list", "each": _shape(schema["items"], known), **_bounds(schema)}
        case "string" if schema.get("format") == "date":
            return {"is": "day"}
        case str(name) if name in _TYPES:
            return {"is": _TYPES[name], **_bounds(schema)}
    raise ValueError(f"no shape for {sorted(schema)}")


def _bounds(schema: Mapping[str, Any]) -> dict[str, Any]:
    unknown = schema.keys() - _BOUNDS.keys() - _IGNORED - {"items"}
    if unknown:
        raise ValueError(f"no shape for {sorted(unknown)}")
    return {_BOUNDS[name]: value for name, value in schema.items() if name in _BOUNDS}


def _either(options: list[dict[str, Any]], known: Mapping[str, Any]) -> dict[str, Any]:
    """Translate a choice of shapes; what may be null is left out instead, and never null."""
    shapes = [_shape(option, known) for option in options if option.get("type") != "null"]
    return shapes[0] if len(shapes) == 1 else {"is": "either", "of": shapes}


def _object(schema: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    fields = schema["properties"]
    optional = {name: field["default"] for name, field in fields.items() if "default" in field}
    return {
        "is": "object",
        "fields": {name: _shape(field, known) for name, field in fields.items()},
        "required": sorted(fields.keys() - optional.keys()),
        "defaults": optional,
    }


def _map(schema: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    names = schema.get("propertyNames")
    # The names of a JSON object are texts: JSON Schema need not say so.
    keys = {} if names is None else {"keys": _shape({"type": "string", **names}, known)}
    return {"is": "map", "each": _shape(schema["additionalProperties"], known), **keys}
