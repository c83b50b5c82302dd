#!/usr/bin/env bash
# Runs every test there is: static checks, the tests that need no kernel, and those on real kernels in QEMU.
# Installs what it lacks where that is Debian, else says what it needs. The last line sums up all suites:
# `N passed, N failed`; the exit status is 0 only if nothing failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# command:package. systemtap is the oracle of some tests, its examples and tapsets are the parser's corpus.
commands=(
    qemu-system-x86_64:qemu-system-x86
    qemu-system-aarch64:qemu-system-arm
    busybox:busybox-static
    gcc-12:gcc-12
    aarch64-linux-gnu-gcc-12:gcc-12-aarch64-linux-gnu
    strip:binutils
    aarch64-linux-gnu-strip:binutils-aarch64-linux-gnu
    make:make
    xz:xz-utils
    stap:systemtap
)
# Packages without a command of their own.
packages=(libc6-dev libc6-dev-arm64-cross libelf1 systemtap-doc systemtap-common)

missing=()
have_dpkg=$(command -v dpkg-query || true)
for pair in "${commands[@]}"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
for package in "${packages[@]}"; do
    if [ -n "$have_dpkg" ]; then
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] ||
            missing+=("$package")
    fi
done

need() {
    echo "$1" >&2
    echo "0 passed, 1 failed"
    exit 3
}

if ! command -v node >/dev/null || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
    need "Node 20 or newer is needed"
fi
command -v dpkg-deb >/dev/null && command -v apt-get >/dev/null ||
    need "the kernels under test come from Debian's archive: apt-get and dpkg-deb are needed, and: ${missing[*]}"
if [ ${#missing[@]} -gt 0 ]; then
    root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || need "install these packages first: ${missing[*]}"
        root=(sudo)
    fi
    echo "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    "${root[@]}" apt-get update -q >/dev/null || true
    "${root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null ||
        need "apt-get could not install: ${missing[*]}"
fi

reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
passed=0
failed=0

# check NAME COMMAND...: counts only where it fails.
check() {
    local name=$1
    shift
    echo "== $name"
    if ! "$@"; then
        echo "== $name failed"
        failed=$((failed + 1))
    fi
}

# suite PROJECT: one of vitest's projects, counted test by test.
suite() {
    local report=$reports/$1.json status=0 counts
    echo "== $1 tests"
    timeout --kill-after=10 3000 npx vitest run --project "$1" --reporter=default --reporter=json --outputFile.json="$report" || status=$?
    counts=$(node -e '
        const { numPassedTests, numFailedTests } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
        console.log(numPassedTests, numFailedTests);
    ' "$report" 2>/dev/null) || counts="0 0"
    passed=$((passed + ${counts% *}))
    # A file that could not be loaded fails without failing a test.
    if [ "$status" -ne 0 ] && [ "${counts#* }" -eq 0 ]; then
        failed=$((failed + 1))
    else
        failed=$((failed + ${counts#* }))
    fi
}

if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    npm install --no-audit --no-fund || need "npm install failed"
fi
check "biome" npx biome ci
check "tsc" npx tsc --noEmit
check "knip" npx knip
check "build" npm run --silent build
suite unit
suite kernel

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
