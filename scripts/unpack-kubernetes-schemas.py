"""Usage: unpack-kubernetes-schemas.py WHEEL TARGET VERSION…

Unpacks the strict schemas of each Kubernetes VERSION from the kubernetes-validate WHEEL to TARGET/VERSION/. Their
references are absolute ("/api/_definitions.json#/…", under an "$id" on the web): rewritten to the file beside them,
they can be read offline.
"""

import json
import pathlib
import sys
import zipfile


def relative(node):
    if isinstance(node, dict):
        return {key: reference(value) if key == "$ref" else relative(value) for key, value in node.items()}
    return [relative(item) for item in node] if isinstance(node, list) else node


def reference(target):
    # A property may itself be called "$ref" (a custom resource's schema has one): that one is no text.
    return target.removeprefix("/api/") if isinstance(target, str) else relative(target)


def unpack(wheel, target, version):
    folder = f"kubernetes_validate/kubernetes-json-schema/v{version}-local-strict/"
    names = [name for name in wheel.namelist() if name.startswith(folder) and name.endswith(".json")]
    if not names:
        sys.exit(f"{wheel.filename} has no schemas of Kubernetes {version}")
    target.mkdir(parents=True)
    for name in names:
        schema = json.loads(wheel.read(name))
        schema.pop("$id", None)
        (target / pathlib.PurePosixPath(name).name).write_text(json.dumps(relative(schema)))


if __name__ == "__main__":
    wheel_path, target_path, *versions = sys.argv[1:]
    with zipfile.ZipFile(wheel_path) as archive:
        for each in versions:
            unpack(archive, pathlib.Path(target_path) / each, each)
