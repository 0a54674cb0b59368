#!/bin/bash
# The server's tests under AddressSanitizer: Tests/Serve/sanitize.sh. By hand; takes some ten minutes.
#
# Leaks are not looked for: a server ends with its process, and Swift's runtime keeps what it made.
set -euo pipefail
cd "$(dirname "$0")/../.."
swift build --build-tests --sanitize=address --scratch-path .build-asan
tests=$(swift build --build-tests --sanitize=address --scratch-path .build-asan --show-bin-path)/dspy-swiftPackageTests.xctest
ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 "$tests" --testing-library swift-testing --filter '^(HTTPServerTests|DSPyServerTests)\.'
