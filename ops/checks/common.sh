# shellcheck shell=bash
# For the check scripts: they run at the repository's root and print only what is wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Files that are, or are about to be, in the repository and match the given git patterns.
files() {
  git ls-files --cached --others --exclude-standard -- "$@" | while IFS= read -r file; do
    if [ -f "$file" ]; then printf '%s\n' "$file"; fi
  done
}

# Exit with a message when a tool is missing: a check that does not run is not green.
need() {
  command -v "$1" > /dev/null || {
    echo "$1 is missing: run ops/setup --tests" >&2
    exit 1
  }
}

PATH=$PATH:${XDG_CACHE_HOME:-$HOME/.cache}/checkout-session-worker/bin
