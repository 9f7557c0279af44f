"""Say what is wrong with this installation and what to do; exit code 1 when something is."""

import dataclasses
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.diagnosis import Finding, examine


class Command(BaseCommand):
    help = "Check what an operator can get wrong, and say what to do. Exit code 1 if there is a problem."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--gateway", action="store_true", help="make one real call of a few tokens")
        parser.add_argument("--json", action="store_true", help="print one JSON value")

    def handle(self, *args: Any, gateway: bool, json: bool, **options: Any) -> None:
        findings = []
        for finding in examine(call_gateway=gateway):
            findings.append(finding)
            if not json:
                self.stdout.write(line(finding))
                self.stdout.flush()
        if json:
            self.stdout.write(as_json(findings))
        if not sound(findings):
            sys.exit(1)


def sound(findings: list[Finding]) -> bool:
    return all(finding.state != "problem" for finding in findings)


def line(finding: Finding) -> str:
    advice = f"\n{'':9}→ {finding.do}" if finding.do else ""
    return f"{finding.state:9}{finding.check}: {finding.saw}{advice}"


def as_json(findings: list[Finding]) -> str:
    listed = [dataclasses.asdict(finding) for finding in findings]
    return json.dumps({"ok": sound(findings), "findings": listed}, indent=2, ensure_ascii=False)
