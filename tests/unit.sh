#!/bin/sh
# unit.sh PROGRAM - run a Criterion program; TAP on standard output.
#
# Criterion has taken its result when LeakSanitizer writes its report, so a
# leak alone leaves it green: what the sanitizers write is a failure here.
# SPDX-License-Identifier: ISC
set -u
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
ASAN_OPTIONS="log_path=$logs/report:detect_leaks=1" \
UBSAN_OPTIONS="log_path=$logs/report:print_stacktrace=1" \
"$@" --tap=/dev/stdout
rc=$?
for report in "$logs"/*; do
	[ -e "$report" ] || continue
	sed 's/^/# /' "$report"
	echo "not ok - $(basename "$1"): a sanitizer report"
	rc=1
done
exit $rc
