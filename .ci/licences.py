"""Compares the licences of all dependencies with deny.toml's list; for machines without cargo-deny."""

import re
import subprocess
import sys
import tomllib


def holds(expression, allowed):
    """Whether an SPDX expression can be met with what is allowed (OR of ANDs; no nesting occurs beyond brackets)."""
    expression = expression.replace("/", " OR ").strip()
    while (inner := re.search(r"\(([^()]*)\)", expression)) is not None:
        expression = expression[: inner.start()] + str(holds(inner[1], allowed)) + expression[inner.end() :]
    return any(
        all(part.strip() == "True" or part.strip() in allowed for part in re.split(r"\bAND\b", alternative))
        for alternative in re.split(r"\bOR\b", expression)
    )


def main(config):
    with open(config, "rb") as file:
        deny = tomllib.load(file)
    allowed = set(deny["licenses"]["allow"])
    banned = {entry["crate"] for entry in deny["bans"]["deny"]}
    # Only what is built, for any target: the lock file also names what no feature asks for.
    tree = subprocess.run(
        ["cargo", "tree", "--locked", "--edges", "normal,build,dev", "--target", "all", "--prefix", "none"]
        + ["--format", "{p}|{l}|{r}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    packages = sorted({line.removesuffix(" (*)") for line in tree.splitlines() if line})
    wrong = []
    for package in packages:
        name, licence, _ = package.split("|")
        if not holds(licence, allowed):
            wrong.append(f"{name}: licence {licence or 'unknown'}")
        if name.split()[0] in banned:
            wrong.append(f"{name}: banned")
        if "(http" in name or "(git" in name:
            wrong.append(f"{name}: not from the registry")
    print("\n".join(wrong) or f"{len(packages)} packages, all with a licence of the list")
    return 1 if wrong else 0


sys.exit(main(sys.argv[1]))
