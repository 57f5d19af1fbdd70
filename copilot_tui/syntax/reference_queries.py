"""What counts as a reference in each language: tree-sitter queries that capture the names of what is called, made, extended or imported.

Invariant: a query names only nodes that its grammar has; the data languages refer to nothing, but for YAML's aliases and CSS's functions.
"""

from types import MappingProxyType

_JAVASCRIPT = """
(call_expression function: [(identifier) @ref (member_expression property: (property_identifier) @ref)])
(new_expression constructor: [(identifier) @ref (member_expression property: (property_identifier) @ref)])
(import_specifier name: (identifier) @ref)
(import_clause (identifier) @ref)
"""
_JSX = """
(jsx_opening_element name: (identifier) @ref)
(jsx_self_closing_element name: (identifier) @ref)
"""
_TYPESCRIPT = f"{_JAVASCRIPT}(type_identifier) @ref\n(extends_clause value: (identifier) @ref)\n"
_C = """
(call_expression function: [(identifier) @ref (field_expression field: (field_identifier) @ref)])
(type_identifier) @ref
"""

# Each query captures `@ref`. Names that a definition itself bears are left out afterwards.
REFERENCES = MappingProxyType(
    {
        "python": """
(call function: [(identifier) @ref (attribute attribute: (identifier) @ref)])
(class_definition superclasses: (argument_list [(identifier) @ref (attribute attribute: (identifier) @ref)]))
(decorator [(identifier) @ref (attribute attribute: (identifier) @ref)])
(import_from_statement name: (dotted_name (identifier) @ref .))
(type [(identifier) @ref (generic_type (identifier) @ref)])
""",
        "javascript": f"{_JAVASCRIPT}{_JSX}(class_heritage (identifier) @ref)\n",
        "typescript": _TYPESCRIPT,
        "tsx": _TYPESCRIPT + _JSX,
        "go": """
(call_expression function: [(identifier) @ref (selector_expression field: (field_identifier) @ref)])
(type_identifier) @ref
""",
        "rust": """
(call_expression function: [(identifier) @ref (field_expression field: (field_identifier) @ref)
  (scoped_identifier name: (identifier) @ref)
  (generic_function function: [(identifier) @ref (field_expression field: (field_identifier) @ref)
    (scoped_identifier name: (identifier) @ref)])])
(macro_invocation macro: [(identifier) @ref (scoped_identifier name: (identifier) @ref)])
(type_identifier) @ref
""",
        "java": "(method_invocation name: (identifier) @ref)\n(type_identifier) @ref\n(annotation name: (identifier) @ref)\n",
        "c": _C,
        "cpp": _C
        + """
(call_expression function: [(qualified_identifier name: (identifier) @ref) (template_function name: (identifier) @ref)])
""",
        "ruby": "(call method: (identifier) @ref)\n(constant) @ref\n",
        "php": """
(function_call_expression function: [(name) @ref (qualified_name (name) @ref)])
(member_call_expression name: (name) @ref)
(scoped_call_expression name: (name) @ref)
(scoped_call_expression scope: (name) @ref)
(object_creation_expression [(name) @ref (qualified_name (name) @ref)])
(named_type [(name) @ref (qualified_name (name) @ref)])
(base_clause (name) @ref)
(class_interface_clause (name) @ref)
(namespace_use_clause (qualified_name (name) @ref))
""",
        "c-sharp": """
(invocation_expression function: [(identifier) @ref (member_access_expression name: (identifier) @ref)
  (generic_name (identifier) @ref) (member_access_expression name: (generic_name (identifier) @ref))])
(object_creation_expression type: [(identifier) @ref (generic_name (identifier) @ref)])
(base_list [(identifier) @ref (generic_name (identifier) @ref)])
(variable_declaration type: [(identifier) @ref (generic_name (identifier) @ref)])
(parameter type: [(identifier) @ref (generic_name (identifier) @ref)])
(attribute name: (identifier) @ref)
""",
        "bash": "(command name: (command_name (word) @ref))\n",
        "css": "(call_expression (function_name) @ref)\n",
        "yaml": "(alias (alias_name) @ref)\n",
        "kotlin": """
(call_expression . (identifier) @ref)
(call_expression . (navigation_expression (identifier) @ref .))
(user_type (identifier) @ref)
""",
        "swift": """
(call_expression . (simple_identifier) @ref)
(call_expression . (navigation_expression suffix: (navigation_suffix suffix: (simple_identifier) @ref)))
(type_identifier) @ref
""",
        "scala": """
(call_expression function: [(identifier) @ref (field_expression field: (identifier) @ref)
  (generic_function function: [(identifier) @ref (field_expression field: (identifier) @ref)])])
(type_identifier) @ref
""",
        "lua": """
(function_call name: [(identifier) @ref (dot_index_expression field: (identifier) @ref)
  (method_index_expression method: (identifier) @ref)])
""",
    }
)
