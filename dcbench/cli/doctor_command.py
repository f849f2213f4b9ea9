"""`dcbench doctor`: can this machine be measured?"""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", epilog="Example: dcbench doctor --json")(doctor)


def doctor(
    as_json: bool = typer.Option(False, "--json", help="Print the findings as JSON on stdout."),
) -> int:
    """Look for what is in the way of measuring; exit code 3 if measuring is impossible."""
    from dcbench.cli.output import print_json
    from dcbench_benchmarks.doctor import examine

    findings = examine()
    if as_json:
        print_json([finding.as_dict() for finding in findings])
    else:
        width = max(len(finding.topic) for finding in findings)
        for finding in findings:
            fix = f"; {finding.fix}" if finding.fix else ""
            topic = finding.topic.ljust(width)
            typer.echo(f"{finding.level:<7}  {topic}  {finding.found}{fix}")
    return 3 if any(finding.blocking for finding in findings) else 0
