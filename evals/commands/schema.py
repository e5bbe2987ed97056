"""`bespoke eval schema`: the JSON Schema of suites, for editors."""

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of suites, with the checks of all packages that are installed.

    Editors complete and check a suite by it that begins with a line such as:
    # yaml-language-server: $schema=suite.schema.json
    """
    from evals.suites.schema import schema_text

    click.echo(schema_text(), nl=False)
