#!/usr/bin/python3
"""What yamllint, systemd-analyze and shellcheck cannot know of jobs and manifests. Prints what is wrong, else one line that counts.

    jobs.py crontab FILE...     five valid fields, a user, one line of valid shell without a bare percent sign
    jobs.py kubernetes FILE...  the fields of CronJobs and Deployments that our promises rest on; other documents are passed over
    jobs.py commands FILE...    every `checkout-worker ...` names a command and options that Sources/checkout-worker defines

Run at the repository's root. Debian's python3 is asked for by path: yamllint brings its YAML parser along (python3-yaml).
"""

import re
import subprocess
import sys
from pathlib import Path

import yaml

SOURCES = Path("Sources/checkout-worker")
FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 7))


def schedule_problems(fields):
    """What is wrong with the five time fields of a crontab line or CronJob."""
    if len(fields) != 5:
        return [f"expected five time fields, got {len(fields)}"]
    problems = []
    for (name, low, high), field in zip(FIELDS, fields):
        for item in field.split(","):
            match = re.fullmatch(r"(?:\*|(\d+)(?:-(\d+))?)(?:/([1-9]\d*))?", item)
            numbers = [int(number) for number in match.groups()[:2] if number] if match else []
            if not match or any(not low <= number <= high for number in numbers) or numbers != sorted(numbers):
                problems.append(f"{name}: expected *, numbers from {low} to {high}, ranges or steps, got {field!r}")
                break
    return problems


def shell_problems(shell, script):
    """What the shell's parser says."""
    checked = subprocess.run([shell, "-n", "-c", script], capture_output=True, text=True, check=False)
    return [checked.stderr.strip()] if checked.returncode else []


def crontab_problems(path):
    """Lines of a file for /etc/cron.d: comments, NAME=value, or five fields, a user and a command."""
    shell, variables, jobs = "sh", set(), 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        here = f"{path}:{number}"
        if not line.strip() or line.startswith("#"):
            continue
        if assignment := re.match(r"([A-Z_]+)\s*=\s*(\S+)", line):
            variables.add(assignment[1])
            shell = assignment[2] if assignment[1] == "SHELL" else shell
            continue
        jobs += 1
        *fields, user, command = line.split(None, 6) if len(line.split(None, 6)) == 7 else ("", "", "")
        if not command:
            yield f"{here}: expected five time fields, a user and a command"
            continue
        yield from (f"{here}: {problem}" for problem in schedule_problems(fields))
        if not re.fullmatch(r"[a-z_][a-z0-9_-]*", user) or user == "root":
            yield f"{here}: expected an unprivileged user after the time fields, got {user!r}"
        if re.search(r"(?<!\\)%", command):
            yield f"{here}: a bare percent sign ends a crontab's command: write \\%"
        if "flock" not in command or "timeout" not in command:
            yield f"{here}: expected flock (runs do not pile up) and timeout (no run lasts for ever)"
        yield from (f"{here}: {problem}" for problem in shell_problems(shell, command))
    if jobs == 0:
        yield f"{path}: no job"
    yield from (f"{path}: {name} is not set" for name in ("SHELL", "PATH", "MAILTO") if name not in variables)


def at(value, path):
    """The value below dotted keys; a number selects from a list. None if there is none."""
    for key in path.split("."):
        if isinstance(value, list) and key.isdigit():
            value = value[int(key)] if int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def positive(value):
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


# A field, what it must be, and how that is said. Every pod is one container.
POD = (
    ("spec.automountServiceAccountToken", lambda value: value is False, "false"),
    ("spec.enableServiceLinks", lambda value: value is False, "false"),
    ("spec.terminationGracePeriodSeconds", lambda value: positive(value) and value >= 30, "30 or more: a drain takes 25 s"),
    ("spec.securityContext.runAsNonRoot", lambda value: value is True, "true"),
    ("spec.securityContext.seccompProfile.type", lambda value: value == "RuntimeDefault", "RuntimeDefault"),
    ("spec.containers.0.securityContext.allowPrivilegeEscalation", lambda value: value is False, "false"),
    ("spec.containers.0.securityContext.readOnlyRootFilesystem", lambda value: value is True, "true"),
    ("spec.containers.0.securityContext.capabilities.drop", lambda value: value == ["ALL"], '["ALL"]'),
    ("spec.containers.0.resources.requests.cpu", bool, "given"),
    ("spec.containers.0.resources.requests.memory", bool, "given"),
    ("spec.containers.0.resources.limits.memory", bool, "given"),
    ("spec.containers.0.image", lambda value: value and not value.endswith(":latest") and ":" in value, "an image with a version"),
)
# The same of a pod whose ledger is a file on a volume, which is one node's.
FILE_POD = (
    (
        "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution.0.topologyKey",
        lambda value: value == "kubernetes.io/hostname",
        "kubernetes.io/hostname: the ledger's volume is one node's",
    ),
)
FILE_DEPLOYMENT = (
    ("spec.replicas", lambda value: value == 1, "1"),
    ("spec.strategy.type", lambda value: value == "Recreate", "Recreate: the ledger's volume is one node's"),
)
CRON_JOB = (
    ("apiVersion", lambda value: value == "batch/v1", "batch/v1"),
    ("spec.concurrencyPolicy", lambda value: value == "Forbid", "Forbid"),
    ("spec.startingDeadlineSeconds", lambda value: positive(value) and value >= 10, "10 or more: the controller looks every 10 s"),
    ("spec.timeZone", bool, "given"),
    ("spec.jobTemplate.spec.backoffLimit", lambda value: isinstance(value, int), "given: the default is 6"),
    ("spec.jobTemplate.spec.activeDeadlineSeconds", positive, "a positive number"),
    ("spec.jobTemplate.spec.ttlSecondsAfterFinished", positive, "a positive number"),
    ("spec.jobTemplate.spec.template.spec.restartPolicy", lambda value: value == "Never", "Never"),
)
DEPLOYMENT = (
    ("apiVersion", lambda value: value == "apps/v1", "apps/v1"),
    ("spec.template.spec.containers.0.livenessProbe.httpGet.path", lambda value: value == "/livez", "/livez"),
    ("spec.template.spec.containers.0.readinessProbe.httpGet.path", lambda value: value == "/readyz", "/readyz"),
)


def field_problems(document, fields, prefix=""):
    for path, is_right, expected in fields:
        value = at(document, path)
        if not is_right(value):
            yield f"{prefix}{path}: expected {expected}, got {value!r}"


def has_database(pod):
    """Whether the pod's ledger is a database, which any node reaches."""
    environment = at(pod, "spec.containers.0.env") or []
    return any(entry["name"] == "CHECKOUT_LEDGER_URL" and str(entry.get("value")).startswith("postgres") for entry in environment)


def pod_problems(pod):
    """Problems of a pod template."""
    yield from field_problems(pod, POD if has_database(pod) else POD + FILE_POD, "pod: ")
    volumes = {volume["name"] for volume in at(pod, "spec.volumes") or []}
    mounts = {mount["name"]: mount["mountPath"] for mount in at(pod, "spec.containers.0.volumeMounts") or []}
    yield from (f"pod: volume {name} is mounted and not defined" for name in mounts.keys() - volumes)
    yield from (f"pod: volume {name} is defined and not mounted" for name in volumes - mounts.keys())
    if not has_database(pod) and mounts.get("ledger") != "/var/lib/checkout-worker":
        yield "pod: expected the volume `ledger` at /var/lib/checkout-worker"
    container = at(pod, "spec.containers.0") or {}
    if container.get("command", [])[:2] == ["/bin/sh", "-c"]:
        yield from shell_problems("sh", container["args"][0])


def kubernetes_problems(path):
    for document in yaml.safe_load_all(path.read_text()):
        kind = at(document, "kind")
        if kind == "CronJob":
            fields, pod = CRON_JOB, at(document, "spec.jobTemplate.spec.template")
        elif kind == "Deployment":
            pod = at(document, "spec.template")
            fields = DEPLOYMENT if has_database(pod) else DEPLOYMENT + FILE_DEPLOYMENT
        else:
            continue
        here = f"{path}: {kind} {at(document, 'metadata.name')}"
        problems = list(field_problems(document, fields))
        if kind == "CronJob":
            problems += [f"spec.schedule: {problem}" for problem in schedule_problems(str(at(document, "spec.schedule")).split())]
        elif at(document, "spec.selector.matchLabels") != at(pod, "metadata.labels"):
            problems.append("spec.selector.matchLabels: expected the pod's labels")
        yield from (f"{here}: {problem}" for problem in problems + list(pod_problems(pod)))


def kebab(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", name).lower()


def defined_commands():
    """Command words, joined by spaces, and the options that each has; from the declarations of swift-argument-parser."""
    types, everywhere = {}, {"--help", "--version"}
    for source in sorted(SOURCES.glob("*.swift")):
        text = source.read_text()
        options = set()
        for declaration, variable in re.findall(r"@(?:Option|Flag)\b([^@]*?)\bvar (\w+)", text):
            names = {f"--{name}" for name in re.findall(r'\.customLong\("([^"]+)"\)', declaration)}
            names |= {f"-{name}" for name in re.findall(r'\.customShort\("(.)"\)', declaration)}
            names |= {f"--{kebab(variable)}", f"-{variable[0]}"} if ".shortAndLong" in declaration else set()
            options |= names or {f"--{kebab(variable)}"}
        for cases in re.findall(r"enum \w+: [^{]*EnumerableFlag[^{]*\{(.*?)\n  \}", text, re.DOTALL):
            options |= {f"--{kebab(name)}" for name in re.findall(r"^\s+case (\w+)$", cases, re.MULTILINE)}
        if command := re.search(r"struct (\w+): (?:Async)?ParsableCommand", text):
            name = re.search(r'commandName: "([^"]+)"', text)
            children = re.search(r"subcommands: \[([^\]]*)\]", text)
            types[command[1]] = (name[1] if name else kebab(command[1]), options, re.findall(r"(\w+)\.self", children[1]) if children else [])
        else:
            everywhere |= options
    commands = {}

    def add(name, words):
        _, options, children = types[name]
        commands[" ".join(words)] = (options | everywhere, {types[child][0] for child in children if child in types})
        for child in children:
            if child in types:
                add(child, [*words, types[child][0]])

    add("CheckoutWorkerCommand", [])
    return commands


def invocations(path):
    """Words after `checkout-worker`, with the number of their line: in units, crontabs, manifests and scripts everywhere, in Markdown in code."""
    text = path.read_text()
    if path.suffix == ".md":
        # Outside of code, everything becomes blank; line ends stay.
        kept, position = [], 0
        for code in re.finditer(r"^```.*?^```|`[^`\n]+`", text, re.DOTALL | re.MULTILINE):
            kept += [re.sub(r"[^\n]", " ", text[position : code.start()]), code[0].replace("`", ";")]
            position = code.end()
        text = "".join(kept)
    else:
        text = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\\\n", "  ", text)
    # A quoted variable is a word like any other.
    text = re.sub(r'"\$\w+"', "VALUE", text)
    for list_form in re.finditer(r"args: \[([^\]]*)\]", text):
        yield text.count("\n", 0, list_form.start()) + 1, re.findall(r'"([^"]*)"', list_form[1])
    for plain in re.finditer(r"(?:(?<![\w./=@-])|/usr/bin/|\.build/\w+/)checkout-worker ((?:-{1,2}\w|[a-z]+\b)[^\n;|&<>()\"#]*)", text):
        yield text.count("\n", 0, plain.start()) + 1, plain[1].replace("[", " ").replace("]", " ").split()


def command_problems(path, commands):
    for number, words in invocations(path):
        said, known = [], ""
        for word in words:
            options, children = commands[known]
            if word.startswith("-"):
                if word.split("=")[0] not in options:
                    yield f"{path}:{number}: `checkout-worker {known}` has no {word}"
            elif children and not re.fullmatch(r"[a-z][a-z-]*", word):
                # What a diagram draws behind the command.
                break
            elif children:
                said.append(word)
                if word not in children:
                    yield f"{path}:{number}: there is no `checkout-worker {' '.join(said)}`"
                    break
                known = " ".join(said)


def main():
    kind, paths = sys.argv[1], [Path(name) for name in sys.argv[2:]]
    if kind == "commands":
        commands = defined_commands()
        problems = [problem for path in paths for problem in command_problems(path, commands)]
        count = sum(1 for path in paths for _ in invocations(path))
    else:
        check = {"crontab": crontab_problems, "kubernetes": kubernetes_problems}[kind]
        problems = [problem for path in paths for problem in check(path)]
        count = len(paths)
    if problems:
        sys.exit("\n".join(problems))
    print(f"{count} {kind}")


main()
