"""The languages: one row each, with what of its grammar we look at.

Invariant: nothing is imported for a language before its first file is parsed.
"""

from functools import cache
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar


class Language(NamedTuple):
    """A language: its grammar's package and function, endings and names of its files, and the node types that matter.

    `definitions`: node type to kind of symbol, or a query that captures `@d.KIND`, and nothing. References: `reference_queries`.
    """

    name: str
    package: str
    endings: tuple[str, ...]
    definitions: tuple[tuple[str, str], ...]
    names: tuple[str, ...] = ()
    entry: str = "language"
    interpreters: tuple[str, ...] = ()
    is_data: bool = False


def _kinds(**kinds: str) -> tuple[tuple[str, str], ...]:
    """`function="a b"` as (node type, kind) pairs."""
    return tuple((node, kind) for kind, nodes in kinds.items() for node in nodes.split())


_JAVASCRIPT = _kinds(
    function="function_declaration generator_function_declaration",
    method="method_definition",
    class_="class_declaration",
    variable="variable_declarator",
    function_="assignment_expression",
)
_TYPESCRIPT = (
    *_JAVASCRIPT,
    *_kinds(
        class_="abstract_class_declaration",
        interface="interface_declaration",
        type="type_alias_declaration",
        enum="enum_declaration",
        module="internal_module module",
        function="function_signature",
        method="method_signature abstract_method_signature",
        field="public_field_definition",
    ),
)

# Keys below the second level are data, not places that one looks for.
_JSON_KEYS = (
    ("(document (object (pair) @d.key))", ""),
    ("(document (object (pair value: (object (pair) @d.key))))", ""),
)
_YAML_TOP = "(document (block_node (block_mapping (block_mapping_pair"
_YAML_KEYS = (
    (f"{_YAML_TOP}) @d.key)))", ""),
    (f"{_YAML_TOP} value: (block_node (block_mapping (block_mapping_pair) @d.key))))))", ""),
)

LANGUAGES: tuple[Language, ...] = (
    Language(
        "python", "tree_sitter_python", (".py", ".pyi", ".pyw"), _kinds(function="function_definition", class_="class_definition"),
        ("SConstruct", "wscript"),
        interpreters=("python",),
    ),
    Language(
        "javascript", "tree_sitter_javascript", (".js", ".jsx", ".mjs", ".cjs"), (*_JAVASCRIPT, ("field_definition", "field")),
        interpreters=("node", "deno", "bun"),
    ),
    Language(
        "typescript", "tree_sitter_typescript", (".ts", ".mts", ".cts"), _TYPESCRIPT,
        entry="language_typescript",
    ),
    Language(
        "tsx", "tree_sitter_typescript", (".tsx",), _TYPESCRIPT,
        entry="language_tsx",
    ),
    Language(
        "go", "tree_sitter_go", (".go",),
        _kinds(
            function="function_declaration", method="method_declaration", type="type_spec type_alias", constant="const_spec",
            variable="var_spec",
        ),
    ),
    Language(
        "rust", "tree_sitter_rust", (".rs",),
        _kinds(
            function="function_item function_signature_item", struct="struct_item union_item", enum="enum_item", trait="trait_item",
            impl="impl_item", module="mod_item", constant="const_item static_item", type="type_item", macro="macro_definition",
        ),
    ),
    Language(
        "java", "tree_sitter_java", (".java",),
        _kinds(
            class_="class_declaration record_declaration annotation_type_declaration", interface="interface_declaration",
            enum="enum_declaration", method="method_declaration", constructor="constructor_declaration compact_constructor_declaration",
            field="field_declaration",
        ),
    ),
    Language(
        "c", "tree_sitter_c", (".c", ".h"),
        _kinds(
            function="function_definition", struct="struct_specifier union_specifier", enum="enum_specifier", type="type_definition",
            macro="preproc_function_def preproc_def",
        ),
    ),
    Language(
        "cpp", "tree_sitter_cpp", (".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".ipp", ".cu", ".cuh"),
        _kinds(
            function="function_definition", class_="class_specifier", struct="struct_specifier union_specifier", enum="enum_specifier",
            type="type_definition alias_declaration concept_definition", namespace="namespace_definition",
            macro="preproc_function_def preproc_def",
        ),
    ),
    Language(
        "ruby", "tree_sitter_ruby", (".rb", ".rake", ".gemspec", ".ru"),
        _kinds(method="method singleton_method", class_="class singleton_class", module="module"),
        ("Rakefile", "Gemfile", "Guardfile", "Vagrantfile"), interpreters=("ruby",),
    ),
    Language(
        "php", "tree_sitter_php", (".php", ".phtml"),
        _kinds(
            function="function_definition", method="method_declaration", class_="class_declaration", interface="interface_declaration",
            trait="trait_declaration", enum="enum_declaration",
        ),
        entry="language_php", interpreters=("php",),
    ),
    Language(
        "c-sharp", "tree_sitter_c_sharp", (".cs",),
        _kinds(
            class_="class_declaration record_declaration", struct="struct_declaration", interface="interface_declaration",
            enum="enum_declaration", method="method_declaration local_function_statement operator_declaration",
            constructor="constructor_declaration destructor_declaration", property="property_declaration indexer_declaration",
            namespace="namespace_declaration file_scoped_namespace_declaration", type="delegate_declaration", field="field_declaration",
        ),
    ),
    Language(
        "bash", "tree_sitter_bash", (".sh", ".bash", ".zsh", ".ksh"), _kinds(function="function_definition"),
        (".bashrc", ".profile", ".zshrc"), interpreters=("sh", "bash", "zsh", "ksh", "dash"),
    ),
    Language("html", "tree_sitter_html", (".html", ".htm", ".xhtml"), _kinds(element="script_element style_element"), is_data=True),
    Language("css", "tree_sitter_css", (".css",), _kinds(rule="rule_set keyframes_statement media_statement"), is_data=True),
    Language("json", "tree_sitter_json", (".json", ".jsonc", ".geojson", ".webmanifest"), _JSON_KEYS, is_data=True),
    Language("yaml", "tree_sitter_yaml", (".yaml", ".yml"), _YAML_KEYS, is_data=True),
    Language(
        "toml", "tree_sitter_toml", (".toml",), _kinds(table="table table_array_element"),
        names=("Cargo.lock", "poetry.lock"), is_data=True,
    ),
    Language("markdown", "tree_sitter_markdown", (".md", ".markdown", ".mdx"), _kinds(section="section"), is_data=True),
    Language(
        "kotlin", "tree_sitter_kotlin", (".kt", ".kts"),
        _kinds(
            function="function_declaration", class_="class_declaration object_declaration companion_object",
            constructor="secondary_constructor", property="property_declaration",
        ),
    ),
    Language(
        "swift", "tree_sitter_swift", (".swift",),
        _kinds(
            function="function_declaration protocol_function_declaration", class_="class_declaration", interface="protocol_declaration",
            constructor="init_declaration deinit_declaration", property="property_declaration subscript_declaration",
            type="typealias_declaration",
        ),
    ),
    Language(
        "scala", "tree_sitter_scala", (".scala", ".sc", ".sbt"),
        _kinds(
            function="function_definition function_declaration", class_="class_definition object_definition package_object",
            trait="trait_definition", enum="enum_definition", type="type_definition given_definition extension_definition",
            variable="val_definition var_definition val_declaration var_declaration",
        ),
    ),
    Language(
        "lua", "tree_sitter_lua", (".lua",), _kinds(function="function_declaration"), interpreters=("lua",),
    ),
)  # fmt: skip

_BY_ENDING = {ending: language for language in LANGUAGES for ending in language.endings}
_BY_NAME = {name: language for language in LANGUAGES for name in language.names}


def language_of(path: str, head: bytes = b"") -> Language | None:
    """The language of a file by its name or ending, else by the interpreter that its first line names; None if we have none."""
    name = path.rsplit("/", 1)[-1]
    found = _BY_NAME.get(name)
    if found is None and "." in name:
        found = _BY_ENDING.get(f".{name.rsplit('.', 1)[-1].lower()}")
    if found is not None or not head.startswith(b"#!"):
        return found
    first = head.split(b"\n", 1)[0].decode("ascii", "replace")
    program = first.replace("/usr/bin/env", "").strip("#! ").split(" ")[0].rsplit("/", 1)[-1]
    return next((one for one in LANGUAGES if any(program.startswith(name) for name in one.interpreters)), None)


@cache
def grammar(language: Language) -> "Grammar":
    """The language's grammar, loaded once."""
    from tree_sitter import Language as Grammar  # noqa: PLC0415  (only where a file is parsed)

    return Grammar(getattr(_binding(language.package), language.entry)())


def _binding(package: str) -> ModuleType:
    """The compiled part of a grammar's package: the package around it loads far more, only to read queries that are not ours."""
    found = find_spec(package)
    for folder in (found.submodule_search_locations or ()) if found is not None else ():
        finder = FileFinder(folder, (ExtensionFileLoader, EXTENSION_SUFFIXES))
        spec = finder.find_spec(f"{package}._binding")
        if spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    return import_module(package)
